import type { ProjectOverview, WorkspaceItem, WorkspaceStatus } from '../../lib/types.ts'

export type Cell = WorkspaceItem | undefined

export interface MatrixRow {
  readonly component: string
  /** One for each environment of the matrix; undefined where the component does not exist. */
  readonly cells: readonly Cell[]
}

export interface Matrix {
  readonly environments: readonly string[]
  readonly rows: readonly MatrixRow[]
  /** Components that the filter leaves out. */
  readonly hidden: number
}

export interface MatrixFilter {
  readonly text?: string | undefined
  readonly statuses?: readonly WorkspaceStatus[] | undefined
}

/** Components in dependency order by environments in order of promotion; what nobody lists comes last. */
export function matrixOf(project: ProjectOverview, filter: MatrixFilter = {}): Matrix {
  const { workspaces } = project
  const environments = withOthers(
    project.environments,
    workspaces.map((one) => one.environment),
  )
  const components = withOthers(
    project.components,
    workspaces.map((one) => one.component),
  )
  const cells = new Map(workspaces.map((one) => [one.name, one]))
  const rows = components
    .map((component) => ({
      component,
      cells: environments.map((environment) => cells.get(`${component}@${environment}`)),
    }))
    .filter((row) => row.cells.some((cell) => cell !== undefined))
  const shown = rows.filter((row) => row.cells.some((cell) => matches(cell, filter)))
  return { environments, rows: shown, hidden: rows.length - shown.length }
}

function withOthers(listed: readonly string[], found: readonly string[]): string[] {
  return [...new Set([...listed, ...found])]
}

/** The filter means this cell; in its row the others are shown too, for comparison. */
export function matches(cell: Cell, { text, statuses }: MatrixFilter): boolean {
  if (cell === undefined) return false
  if (statuses !== undefined && statuses.length > 0 && !statuses.includes(cell.status)) return false
  const words = (text ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const { name, project, because, deployed, pullRequest } = cell
  const found = [
    ...[name, project, because, deployed?.commit, deployed?.reason, deployed?.actor],
    ...(pullRequest === undefined ? [] : [`#${pullRequest.number}`, pullRequest.title]),
  ]
    .join('\n')
    .toLowerCase()
  return words.every((word) => found.includes(word))
}

/** What needs a look first. */
const order = [
  'unknown',
  'at-risk',
  'failed',
  'running',
  'waiting',
  'locked',
  'drifted',
  'unmerged',
  'pending',
  'in-sync',
  'never',
] as const satisfies readonly WorkspaceStatus[]

/** How many workspaces stand where, over all projects; of those that are asked for also none. */
export function countStatuses(
  projects: readonly Pick<ProjectOverview, 'workspaces'>[],
  asked: readonly WorkspaceStatus[] = [],
): [WorkspaceStatus, number][] {
  const all = projects.flatMap((project) => project.workspaces)
  return order.flatMap((status): [WorkspaceStatus, number][] => {
    const count = all.filter((one) => one.status === status).length
    return count === 0 && !asked.includes(status) ? [] : [[status, count]]
  })
}

export function isStatus(value: unknown): value is WorkspaceStatus {
  return order.some((status) => status === value)
}
