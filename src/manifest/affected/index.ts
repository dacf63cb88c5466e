/** For a command that has no time for the rest of the slice: nothing here parses YAML or expressions at once. */
export type { Affected, AffectedBase } from './affected.ts'
export { type AffectedInput, affected } from './affected-service.ts'
