export { type BranchService, createBranchService } from './branches/branch-service.ts'
export { checkOut, ignoredFiles, lastCommitOf, readCommit } from './git-client.ts'
export type { Location } from './location.ts'
export { locate } from './location-service.ts'
export { makeSpares, openCommit } from './mirrors/checkout-service.ts'
export { FETCH, requestedFetches, requestFetch } from './mirrors/fetch-request-store.ts'
export type { FetchOptions } from './mirrors/fetch-service.ts'
export { type Merged, mergeCommits, tipOf, treeIdOf } from './mirrors/merge-client.ts'
export type { MirrorPlaces } from './mirrors/places.ts'
export type {
  Declaration,
  DeclaredWorkspace,
  ProjectEnvironment,
  ProjectRecord,
  ProjectView,
} from './mirrors/project-record.ts'
export { branchOf, type Head, knownCommits, resolveRef } from './mirrors/ref-client.ts'
export type { RefPair } from './mirrors/remote-client.ts'
export { createRepositoryService, type RepositoryService } from './mirrors/repository-service.ts'
export { parseSource } from './mirrors/source.ts'
export type { NewSource, SourceEdit } from './mirrors/source-service.ts'
export { type MovedTree, type MoveRequest, moveTree } from './mirrors/tree-service.ts'
export { normaliseOrigin } from './origin.ts'
export { createProjectService, type ProjectService } from './service.ts'
export {
  componentOf,
  directoryOf,
  parseWorkspaceName,
  type Workspace,
  workspaceName,
} from './workspace.ts'
