export type {
  Definition,
  KnownOutput,
  OutputLookup,
  OutputReference,
  Resolution,
  ResolvedHook,
} from './definition.ts'
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
export type { Problem } from './problem.ts'
