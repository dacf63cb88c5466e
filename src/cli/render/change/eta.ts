import { createSchedule } from '../../../changes/index.ts'
import {
  type ChangeModel,
  type EnvironmentState,
  type Goal,
  type NodeState,
  phaseOf,
} from './model.ts'
import { isOver } from './stage.ts'

/**
 * How long the phase will still take, in seconds: what is left is played through the schedule that
 * the work itself follows, with the durations of history; one that nobody knows counts as the median
 * of the known. What waits for a person is left out, and all that needs it. Undefined when nothing
 * is known.
 */
export function remainingSeconds(model: ChangeModel, now: number): number | undefined {
  const tasks = remainingTasks(model, now)
  if (tasks === undefined) return undefined
  const seconds = new Map(tasks.map((task) => [task.id, task.lasts]))
  const schedule = createSchedule({ tasks, limit: model.limit, groupLimits: limitsOf(model) })
  const running = new Map<string, number>()
  for (let clock = 0; ; ) {
    for (const id of schedule.next()) running.set(id, clock + (seconds.get(id) ?? 0))
    let first: string | undefined
    for (const [id, end] of running) {
      if (first === undefined || end < (running.get(first) ?? 0)) first = id
    }
    if (first === undefined) return clock
    clock = running.get(first) ?? clock
    running.delete(first)
    schedule.end(first, 'ok')
  }
}

function limitsOf({ goal, environments }: ChangeModel): Map<string, number> {
  if (goal === 'plan') return new Map()
  return new Map(
    environments.flatMap(({ name, concurrency }) =>
      concurrency === undefined ? [] : [[name, concurrency] as const],
    ),
  )
}

interface Task {
  readonly id: string
  readonly needs: readonly string[]
  readonly group: string
  /** What the schedule goes by: the longest way first. */
  readonly seconds: number
  readonly lasts: number
}

// What runs already is never put back for something longer.
const RUNS_ALREADY = 1e9

function remainingTasks(model: ChangeModel, now: number): Task[] | undefined {
  const { nodes, goal } = model
  const known = {
    now,
    plan: median(nodes.flatMap((node) => node.took.plan ?? node.expected.plan ?? [])),
    apply: median(nodes.flatMap((node) => node.took.apply ?? node.expected.apply ?? [])),
  }
  const out = leftOut(model)
  const left = nodes.filter((node) => !isOver(node, goal) && !out.has(node.name))
  const names = new Set(left.map((node) => node.name))
  const tasks: Task[] = []
  for (const node of left) {
    const lasts = secondsLeft(node, goal, known)
    if (lasts === undefined) return undefined
    const isRunning = phaseOf(node.result) !== undefined
    tasks.push({
      id: node.name,
      needs: isRunning
        ? []
        : [...node.needs.filter((name) => names.has(name)), ...barrierBefore(model, node)],
      group: node.environment,
      seconds: isRunning ? RUNS_ALREADY : lasts,
      lasts,
    })
  }
  return goal === 'plan' ? tasks : [...tasks, ...barriers(model, names)]
}

/** The middle of what is known. */
function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)]
}

interface Known {
  readonly now: number
  /** What a phase takes where nothing better is known. */
  readonly plan: number | undefined
  readonly apply: number | undefined
}

/** Of a workspace; undefined when nobody knows anything like it. */
function secondsLeft(node: NodeState, goal: Goal, known: Known): number | undefined {
  const elapsed = node.since === undefined ? 0 : Math.max(0, (known.now - node.since) / 1000)
  const phases = phasesLeft(node, goal)
  const seconds = phases.map((phase) => node.expected[phase] ?? known[phase])
  let sum = 0
  for (const [at, one] of seconds.entries()) {
    if (one === undefined) return undefined
    // What takes longer than ever before may end at any moment.
    sum += at === 0 && phaseOf(node.result) !== undefined ? Math.max(one - elapsed, 1) : one
  }
  return sum
}

function phasesLeft({ result }: NodeState, goal: Goal): Goal[] {
  if (goal === 'plan') return ['plan']
  return result === 'planned' || result === 'applying' ? ['apply'] : ['plan', 'apply']
}

const BARRIER = 'environment '

/** An environment that comes after another one starts when all of that is applied. */
function barriers(model: ChangeModel, names: ReadonlySet<string>): Task[] {
  const environments = new Set(model.environments.map((one) => one.name))
  return model.environments.map(({ name, after, nodes }) => ({
    id: BARRIER + name,
    needs: [
      ...nodes.flatMap((index) => model.nodes[index]?.name ?? []).filter((one) => names.has(one)),
      ...(after === undefined || !environments.has(after) ? [] : [BARRIER + after]),
    ],
    group: BARRIER,
    seconds: 0,
    lasts: 0,
  }))
}

function barrierBefore({ goal, environments }: ChangeModel, node: NodeState): string[] {
  if (goal === 'plan') return []
  const after = environments.find((one) => one.name === node.environment)?.after
  return environments.some((one) => one.name === after) ? [BARRIER + after] : []
}

/** Names of what waits for a person or has failed, and of all that waits for that. */
function leftOut(model: ChangeModel): Set<string> {
  const out = new Set<string>()
  if (model.goal === 'plan') return out
  const stopped = new Set<string>()
  for (const environment of model.environments) {
    if (stopped.has(environment.after ?? '') || waitsAtGate(model, environment)) {
      stopped.add(environment.name)
      for (const node of members(model, environment)) out.add(node.name)
    } else if (members(model, environment).some(isStopped)) stopped.add(environment.name)
  }
  for (const node of model.nodes) {
    if (isStopped(node) || node.needs.some((name) => out.has(name))) out.add(node.name)
  }
  return out
}

function members(model: ChangeModel, { nodes }: EnvironmentState): NodeState[] {
  return nodes.flatMap((index) => model.nodes[index] ?? [])
}

/** Nobody has let anything begin in an environment that has a gate. */
function waitsAtGate(model: ChangeModel, environment: EnvironmentState): boolean {
  if (!environment.isGated) return false
  return members(model, environment).every(
    ({ result }) => result !== 'applying' && result !== 'applied',
  )
}

function isStopped({ result, isHeld }: NodeState): boolean {
  return isHeld || ['failed', 'unknown', 'blocked', 'cancelled'].includes(result)
}
