import { notFound } from '../../platform/errors.ts'
import { type Workspace, workspaceName } from '../../projects/index.ts'
import { segment } from './server-connection.ts'

/** The names of workspaces that were seen: addresses of the server have names, services have ids. */
export interface KnownWorkspaces {
  remember(workspace: Workspace): Workspace
  /** @throws AppError `not_found` for an id that was never seen */
  get(id: string): Workspace
  /** Where the server has it: `/projects/shop/workspaces/db@dev`. */
  pathOf(id: string): string
}

export function createKnownWorkspaces(): KnownWorkspaces {
  const seen = new Map<string, Workspace>()
  const get = (id: string) => {
    const found = seen.get(id)
    if (found === undefined) throw notFound(`there is no workspace ${id}`)
    return found
  }
  return {
    remember: (workspace) => {
      seen.set(workspace.id, workspace)
      return workspace
    },
    get,
    pathOf: (id) => pathOf(get(id)),
  }
}

/** Where a server has a workspace. */
export function pathOf(workspace: Omit<Workspace, 'id'>): string {
  return `/projects/${segment(workspace.project)}/workspaces/${segment(workspaceName(workspace))}`
}
