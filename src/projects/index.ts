export { checkOut, ignoredFiles, lastCommitOf, readCommit } from './git-client.ts'
export type { Location } from './location.ts'
export { locate } from './location-service.ts'
export { createProjectService, type ProjectService } from './service.ts'
export {
  componentOf,
  directoryOf,
  parseWorkspaceName,
  type Workspace,
  workspaceName,
} from './workspace.ts'
