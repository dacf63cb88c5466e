import type { Permission } from '../../access/index.ts'
import { notFound } from '../../platform/errors.ts'
import type { Workspace } from '../../projects/index.ts'
import { demand } from '../route.ts'
import type { WorkspaceDeps } from './deps.ts'

/** As an address names a workspace: `network@prod` of a project. */
export interface NamedWorkspace {
  readonly project: string
  readonly workspace: string
}

/** Finds the workspace that a request is about, for who may do something there. */
export function createFinder({ context }: WorkspaceDeps) {
  /** @throws AppError `not_found`, also for what who asks may not see; `forbidden` */
  return async (
    c: Parameters<typeof demand>[0],
    { project, workspace: name }: NamedWorkspace,
    permission: Permission,
  ): Promise<Workspace> => {
    const at = name.lastIndexOf('@')
    const component = name.slice(0, at)
    const environment = name.slice(at + 1)
    // Before it is looked for: who may not see the place does not learn what is there.
    demand(c, 'read', { project, environment })
    const found = await context.projects.findWorkspace(project, component, environment)
    if (found === undefined) throw notFound(`there is no workspace ${project}/${name}`)
    demand(c, permission, found)
    return found
  }
}
