export { type Affected, type AffectedBase, type AffectedInput, affected } from './affected/index.ts'
export { sourceDigest } from './affected/source-digest-file.ts'
export type {
  Definition,
  KnownOutput,
  OutputLookup,
  OutputReference,
  Resolution,
  ResolvedHook,
} from './definition.ts'
export { buildGraph } from './graph/build.ts'
export { type Graph, nameOf, type WorkspaceNeed, type WorkspaceNode } from './graph/graph.ts'
export { select } from './graph/select.ts'
export type { Selected, Selection } from './graph/selection.ts'
export type { FirstManifest } from './init/facts.ts'
export { firstManifest, writeManifest } from './init/init-file.ts'
export type {
  Component,
  Environment,
  Gate,
  HookPhase,
  KindName,
  Manifest,
  OutputDeclaration,
  Retry,
} from './manifest.ts'
export type { Position } from './node.ts'
export { checkOutputs } from './output-type.ts'
export type { Problem } from './problem.ts'
export {
  type LoadOptions,
  loadManifest,
  manifestJsonSchema,
} from './reading/manifest-file.ts'
export { checkPlaces } from './reading/places-file.ts'
export { problemsError } from './reading/problems-file.ts'
export { createResolver, type Resolver } from './resolver.ts'
export type { ResolveContext, RunFacts } from './resolving/context.ts'
export type { ExplainedValue, ReplacedValue } from './resolving/explanation-of.ts'
export { readerOf } from './resolving/root-file.ts'
export { isOpen, nextOpening, parseWindow, type Window } from './window.ts'
