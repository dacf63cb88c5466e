export { ignoredFiles } from './git-client.ts'
export type { Location } from './location.ts'
export { type LocateOptions, locate } from './location-service.ts'
export { createProjectService, type ProjectService } from './service.ts'
export {
  checkEnvironment,
  componentOf,
  directoryOf,
  parseWorkspaceName,
  type Workspace,
  type WorkspaceReference,
  workspaceName,
} from './workspace.ts'
