export { checkOut, ignoredFiles, lastCommitOf, readCommit } from './git-client.ts'
export type { Location } from './location.ts'
export { locate } from './location-service.ts'
export { openCommit } from './mirrors/checkout-service.ts'
export type { MirrorPlaces } from './mirrors/places.ts'
export { type MovedTree, type MoveRequest, moveTree } from './mirrors/tree-service.ts'
export { createProjectService, type ProjectService } from './service.ts'
export {
  componentOf,
  directoryOf,
  parseWorkspaceName,
  type Workspace,
  workspaceName,
} from './workspace.ts'
