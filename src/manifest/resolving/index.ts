/** For commands that ask what a manifest means, and no more of the slice. */
export { createResolver, type Resolver } from '../resolver.ts'
export type { ResolveContext, RunFacts } from './context.ts'
export type { ExplainedValue, ReplacedValue } from './explanation-of.ts'
export { readerOf } from './root-file.ts'
