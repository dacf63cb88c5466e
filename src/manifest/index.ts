export type { Affected, AffectedBase, AffectedInput } from './affected/index.ts'
export { sourceDigest } from './affected/source-digest-file.ts'
export { type AtlantisWish, findByAtlantis } from './atlantis/find.ts'
export { isForBranch, type Requirement } from './atlantis/project.ts'
export { isCustom, type Workflow, type WorkflowStep } from './atlantis/workflow.ts'
export type {
  Definition,
  KnownOutput,
  OutputLookup,
  OutputReference,
  Resolution,
  ResolvedHook,
} from './definition.ts'
export {
  buildGraph,
  type Graph,
  nameOf,
  type Selected,
  type Selection,
  select,
  type WorkspaceNeed,
  type WorkspaceNode,
} from './graph/index.ts'
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
  PullRequestRules,
  Retry,
} from './manifest.ts'
export type { Position } from './node.ts'
export { checkOutputs } from './output-type.ts'
export type { Problem } from './problem.ts'
export { type LoadOptions, loadManifest } from './reading/index.ts'
export { manifestJsonSchema } from './reading/manifest-file.ts'
export { checkPlaces } from './reading/places-file.ts'
export { problemsError } from './reading/problems-file.ts'
export { usualRules } from './reading/pull-request-rules.ts'
export {
  createResolver,
  type ExplainedValue,
  type ReplacedValue,
  type ResolveContext,
  type Resolver,
  type RunFacts,
  readerOf,
} from './resolving/index.ts'
export { isOpen, nextOpening, parseWindow, type Window } from './window.ts'
