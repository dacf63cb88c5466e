import { type Principal, permits, permitsSomewhere } from '../../access/index.ts'
import { type ChangeView, changeName } from '../../changes/index.ts'
import { notFound } from '../../platform/errors.ts'
import type { ApiDeps } from '../deps.ts'

/** A change that a principal may see. */
export interface VisibleChange {
  readonly view: ChangeView
  readonly project: string
  /** Its environments where the principal may read. */
  readonly environments: readonly string[]
}

/**
 * A change, if who asks may see anything of it.
 * @throws AppError `not_found` also for one that is hidden
 */
export async function visibleChange(
  { context }: Pick<ApiDeps, 'context'>,
  principal: Principal,
  id: number,
): Promise<VisibleChange> {
  const view = await context.changes.view(id)
  const { name: project } = await context.projects.project(view.change.projectId)
  const all = [...new Set(view.nodes.map(({ environment }) => environment))]
  const environments = all.filter((environment) =>
    permits(principal, 'read', { project, environment }),
  )
  if (environments.length === 0 || !permitsSomewhere(principal, 'read', project)) {
    throw notFound(`there is no ${changeName(id)}`, { next: 'List the changes.' })
  }
  return { view, project, environments }
}

/** In which environments workspaces are, by their names. */
export function environmentsOf(names: Iterable<string>): readonly string[] {
  return [...new Set([...names].map(environmentOf))]
}

export function environmentOf(workspace: string): string {
  return workspace.slice(workspace.lastIndexOf('@') + 1)
}
