import type { Result } from '../../../changes/index.ts'
import type { ChangeModel, EnvironmentState, Goal, NodeState, Wait } from './model.ts'
import { countsOf, isOver, type Stage, stageOf } from './stage.ts'

/** A line of the tree, before it is written. */
export type Row = EnvironmentRow | NodeRow | NextRow

/** The heading of an environment; when `isFolded` all that there is to say of it. */
export interface EnvironmentRow {
  readonly kind: 'environment'
  readonly environment: EnvironmentState
  readonly stage: Stage
  readonly isFolded: boolean
  readonly counts: readonly (readonly [Result, number])[]
  readonly wait: Wait | undefined
}

/** A workspace, with all below it when that is over: `folded`. */
export interface NodeRow {
  readonly kind: 'node'
  readonly node: NodeState
  readonly stage: Stage
  /** The workspaces of its branch, when they are folded into this line. */
  readonly folded: readonly NodeState[]
  readonly environment: EnvironmentState
  /** Its place in the shape of the environment. */
  readonly place: number
  /** How many of the lines that are shown it stands below. */
  readonly depth: number
}

/** What somebody must do for an environment that waits. */
interface NextRow {
  readonly kind: 'next'
  readonly wait: Wait
}

export interface Rows {
  readonly rows: readonly Row[]
  /** Workspaces for which there was no line, by stage. */
  readonly more: ReadonlyMap<Stage, number>
}

/** Which lines are shown when there is room for this many, the last of them for what is left out. */
export function chooseRows(model: ChangeModel, room: number): Rows {
  const all = model.environments.flatMap((environment) => environmentRows(model, environment))
  const rows = all.length <= room ? all : fitting(all, Math.max(0, room - 1))
  return { rows: withDepths(rows), more: leftOver(model, rows) }
}

function environmentRows(model: ChangeModel, environment: EnvironmentState): Row[] {
  const { goal } = model
  const nodes = environment.nodes.flatMap((index) => model.nodes[index] ?? [])
  const wait = model.waits.find((one) => one.environment === environment.name)
  const stages = nodes.map((node) => stageOf(node, goal))
  const isFolded =
    nodes.every((node) => isQuiet(node, goal)) ||
    stages.every((stage) => stage === 'waits') ||
    (goal === 'apply' && nodes.every((node, at) => hasNotBegun(node, stages[at])))
  const heading: EnvironmentRow = {
    kind: 'environment',
    environment,
    stage: stageOfAll(stages),
    isFolded,
    counts: countsOf(nodes.map((node) => node.result)),
    wait,
  }
  const next: Row[] = wait === undefined ? [] : [{ kind: 'next', wait }]
  if (isFolded) return [heading, ...next]
  return [heading, ...next, ...branchRows(environment, nodes, goal)]
}

/** Over, and nothing that somebody must see. */
function isQuiet(node: NodeState, goal: Goal): boolean {
  return isOver(node, goal) && node.result !== 'failed' && node.result !== 'unknown'
}

function hasNotBegun({ result }: NodeState, stage: Stage | undefined): boolean {
  return stage === 'pending' || result === 'unchanged' || result === 'skipped'
}

/** What the heading's colour says: the worst first, then what goes on. */
function stageOfAll(stages: readonly Stage[]): Stage {
  const worst = (['failed', 'running', 'waits', 'pending', 'blocked', 'done', 'off'] as const).find(
    (stage) => stages.includes(stage),
  )
  if (worst === 'pending') return stages.includes('done') ? 'running' : 'pending'
  return worst ?? 'off'
}

/** The lines of an environment's tree; a branch that is over is one line. */
function branchRows(
  environment: EnvironmentState,
  nodes: readonly NodeState[],
  goal: Goal,
): NodeRow[] {
  const { ends, parents } = environment.shape
  const quiet = nodes.map((node) => isQuiet(node, goal))
  for (let place = nodes.length - 1; place >= 0; place -= 1) {
    const parent = parents[place] ?? -1
    if (quiet[place] === false && parent >= 0) quiet[parent] = false
  }
  const rows: NodeRow[] = []
  for (let place = 0; place < nodes.length; ) {
    const node = nodes[place]
    if (node === undefined) break
    const end = quiet[place] === true ? (ends[place] ?? place + 1) : place + 1
    const branch = nodes.slice(place, end)
    const stage = stageOfAll(branch.map((one) => stageOf(one, goal)))
    const folded = branch.length > 1 ? branch : []
    rows.push({ kind: 'node', node, stage, folded, environment, place, depth: 0 })
    place = end
  }
  return rows
}

/** What goes first when there is not enough room; of what weighs the same the last goes first. */
const weights: Readonly<Record<Stage, number>> = {
  failed: 0,
  running: 1,
  waits: 3,
  blocked: 5,
  pending: 5,
  off: 6,
  done: 6,
}

function weightOf(row: Row): number {
  if (row.kind === 'next') return 2
  if (row.kind === 'node') return weights[row.stage]
  // A heading goes before the failed lines below it, and after all others.
  return row.isFolded ? 4 : row.stage === 'failed' ? 0.5 : 1.5
}

function fitting(rows: readonly Row[], room: number): Row[] {
  const sorted = rows
    .map((row, at) => ({ row, at, weight: weightOf(row) }))
    .sort((a, b) => a.weight - b.weight || a.at - b.at)
    .slice(0, room)
  return sorted.sort((a, b) => a.at - b.at).map(({ row }) => row)
}

/** A line stands below the nearest one of those above it in the tree that is shown. */
function withDepths(rows: readonly Row[]): Row[] {
  const depths = new Map<EnvironmentState, Map<number, number>>()
  return rows.map((row) => {
    if (row.kind !== 'node') return row
    const shown = depths.get(row.environment) ?? new Map<number, number>()
    depths.set(row.environment, shown)
    const { parents } = row.environment.shape
    let above = parents[row.place] ?? -1
    while (above >= 0 && !shown.has(above)) above = parents[above] ?? -1
    const depth = (shown.get(above) ?? -1) + 1
    shown.set(row.place, depth)
    return { ...row, depth }
  })
}

function leftOver({ nodes, goal }: ChangeModel, rows: readonly Row[]): Map<Stage, number> {
  const counts = new Map<Stage, number>()
  const count = (node: NodeState, by: number) => {
    const stage = stageOf(node, goal)
    counts.set(stage, (counts.get(stage) ?? 0) + by)
  }
  for (const node of nodes) count(node, 1)
  for (const node of rows.flatMap((row) => shownBy(row, nodes))) count(node, -1)
  return counts
}

/** The workspaces that a line speaks of. */
function shownBy(row: Row, nodes: readonly NodeState[]): readonly NodeState[] {
  if (row.kind === 'next') return []
  if (row.kind === 'node') return row.folded.length > 0 ? row.folded : [row.node]
  return row.isFolded ? row.environment.nodes.flatMap((index) => nodes[index] ?? []) : []
}
