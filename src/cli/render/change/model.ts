import type {
  Change,
  ChangeEnvironment,
  ChangeEvent,
  Counts,
  GraphEntry,
  Result,
} from '../../../changes/index.ts'
import type { PlanSummary } from '../../../runs/index.ts'
import { relevantLines } from './relevant.ts'
import { type Shape, shapeOf } from './shape.ts'

/** When a workspace is done: when it is planned, or when it is applied. */
export type Goal = 'plan' | 'apply'

/** What is known of a change that is at work; a new value for each event. All views read it. */
export interface ChangeModel {
  readonly goal: Goal
  /** How many workspaces are at work at once. */
  readonly limit: number
  /** Only these are at work; undefined: all. */
  readonly only: readonly string[] | undefined
  readonly change: number | undefined
  readonly operation: Change['operation']
  /** Milliseconds, of the first event and of the last. */
  readonly startedAt: number | undefined
  readonly lastAt: number | undefined
  /** Milliseconds that the phase took before somebody was asked; it goes on with another graph. */
  readonly spent: number | undefined
  readonly environments: readonly EnvironmentState[]
  readonly nodes: readonly NodeState[]
  /** Where each workspace is in `nodes`. */
  readonly places: ReadonlyMap<string, number>
  readonly waits: readonly Wait[]
  readonly end: { readonly status: Change['status']; readonly counts: Counts } | undefined
}

export interface EnvironmentState {
  readonly name: string
  readonly after: string | undefined
  readonly concurrency: number | undefined
  /** Somebody must approve before anything is applied here. */
  readonly isGated: boolean
  /** Indexes of its workspaces in the model's `nodes`, in the order of its tree. */
  readonly nodes: readonly number[]
  readonly shape: Shape
}

export interface NodeState {
  readonly name: string
  readonly component: string
  readonly environment: string
  readonly needs: readonly string[]
  readonly expected: GraphEntry['expected']
  readonly result: Result
  readonly because: string | undefined
  readonly run: number | undefined
  readonly summary: PlanSummary | undefined
  /** Somebody must do something before it goes on. */
  readonly isHeld: boolean
  /** Milliseconds since it does what it is doing now. */
  readonly since: number | undefined
  /** Milliseconds, of its first beginning in this phase of the change, and its last end. */
  readonly began: number | undefined
  readonly ended: number | undefined
  /** How long each phase took, in seconds. */
  readonly took: { readonly plan?: number; readonly apply?: number }
  /** Resources that are done, of an apply. */
  readonly resources: number
  /** What it said since the phase began, as it was said; empty when the phase is over. */
  readonly log: string
  /** The end of that: what its line shows. */
  readonly tail: string
  /** Of a phase that failed: what it had said of that. */
  readonly failure: readonly string[]
}

/** An environment that waits for somebody: who must do what. */
export interface Wait {
  readonly environment: string
  readonly workspaces: readonly string[]
  readonly because: string
  readonly next: string
}

type Event<Name extends ChangeEvent['event']> = Extract<ChangeEvent, { readonly event: Name }>

/** What is known of a phase before it begins. */
export interface Phase {
  readonly goal: Goal
  /** How many workspaces are at work at once. */
  readonly limit: number
  /** The environments that this phase is about; undefined: all. */
  readonly environments?: readonly string[] | undefined
}

export function startModel({ goal, limit, environments }: Phase): ChangeModel {
  return {
    goal,
    limit,
    only: environments,
    change: undefined,
    operation: 'apply',
    startedAt: undefined,
    lastAt: undefined,
    spent: undefined,
    environments: [],
    nodes: [],
    places: new Map(),
    waits: [],
    end: undefined,
  }
}

/** The same change in its next phase, or on its way to the same goal: what is known of it stays. */
export function nextPhase(model: ChangeModel, phase: Phase): ChangeModel {
  const { places, change, operation } = model
  const next = { ...startModel(phase), places, change, operation }
  if (phase.goal === model.goal && model.startedAt !== undefined) {
    return { ...next, nodes: model.nodes, spent: spentMilliseconds(model, model.lastAt ?? 0) }
  }
  const nodes = model.nodes.map((node) => ({ ...node, began: undefined, ended: undefined }))
  return { ...next, nodes }
}

/** How long the phase has been at work, without the time in which somebody was asked. */
export function spentMilliseconds({ startedAt, spent }: ChangeModel, now: number): number {
  return (spent ?? 0) + Math.max(0, now - (startedAt ?? now))
}

/** What is known after an event. Pure: the model before is as it was. */
export function reduce(model: ChangeModel, event: ChangeEvent): ChangeModel {
  const lastAt = event.at.getTime()
  const now = { ...model, startedAt: model.startedAt ?? lastAt, lastAt, change: event.change }
  switch (event.event) {
    case 'graph':
      return withGraph(now, event)
    case 'workspace':
      return withNode(now, event.workspace, (node) => moved(node, event))
    case 'log':
      return withNode(now, event.workspace, (node) => ({
        ...node,
        run: event.run,
        log: appended(node.log, event.text),
        tail: (node.tail + event.text).slice(-TAIL_CHARACTERS),
      }))
    case 'progress':
      if (event.status !== 'done') return now
      return withNode(now, event.workspace, (node) => ({ ...node, resources: node.resources + 1 }))
    case 'waits':
      return withWait(now, event)
    case 'notice':
      return now
    case 'end':
      return { ...now, end: { status: event.status, counts: event.counts } }
  }
}

function withGraph(model: ChangeModel, event: Event<'graph'>): ChangeModel {
  const nodes = event.workspaces
    .map((entry) => {
      const before = model.nodes[model.places.get(entry.workspace) ?? -1]
      return before === undefined
        ? newNode(entry)
        : { ...before, needs: entry.needs, expected: entry.expected }
    })
    .filter((node) => model.only === undefined || model.only.includes(node.environment))
  return {
    ...model,
    operation: event.operation,
    nodes,
    places: new Map(nodes.map((node, index) => [node.name, index])),
    environments: environmentsOf(event, nodes),
  }
}

function newNode({ workspace, needs, expected }: GraphEntry): NodeState {
  const at = workspace.lastIndexOf('@')
  return {
    name: workspace,
    component: at === -1 ? workspace : workspace.slice(0, at),
    environment: at === -1 ? '' : workspace.slice(at + 1),
    needs,
    expected,
    result: 'pending',
    because: undefined,
    run: undefined,
    summary: undefined,
    isHeld: false,
    since: undefined,
    began: undefined,
    ended: undefined,
    took: {},
    resources: 0,
    log: '',
    tail: '',
    failure: [],
  }
}

/** Environments as they come: a destroy begins with the last. */
export function inOrder(
  environments: readonly ChangeEnvironment[],
  operation: Change['operation'],
): ChangeEnvironment[] {
  const sorted = environments.toSorted((a, b) => a.order - b.order)
  return operation === 'destroy' ? sorted.reverse() : sorted
}

/** Every workspace is in one of them, also one of an environment that nobody announced: an orphan. */
function environmentsOf(event: Event<'graph'>, nodes: readonly NodeState[]): EnvironmentState[] {
  const announced = inOrder(event.environments, event.operation)
  const members = new Map<string, number[]>(announced.map((one) => [one.name, []]))
  for (const [index, { environment }] of nodes.entries()) {
    const list = members.get(environment)
    if (list === undefined) members.set(environment, [index])
    else list.push(index)
  }
  const known = new Map(announced.map((one) => [one.name, one]))
  return [...members]
    .filter(([, list]) => list.length > 0)
    .map(([name, list]) => {
      const environment = known.get(name)
      const shape = shapeOf(list.flatMap((index) => nodes[index] ?? []))
      return {
        name,
        // What is destroyed has nothing to prove in another environment.
        after: event.operation === 'destroy' ? undefined : environment?.after,
        concurrency: environment?.concurrency,
        isGated: (environment?.gate?.approvals ?? 0) > 0,
        nodes: shape.order.map((place) => list[place] ?? 0),
        shape,
      }
    })
}

function withNode(
  model: ChangeModel,
  name: string,
  change: (node: NodeState) => NodeState,
): ChangeModel {
  const place = model.places.get(name)
  const node = place === undefined ? undefined : model.nodes[place]
  if (place === undefined || node === undefined) return model
  return { ...model, nodes: model.nodes.with(place, change(node)) }
}

function moved(node: NodeState, event: Event<'workspace'>): NodeState {
  const { result, because } = event
  const facts = {
    result,
    because,
    isHeld: false,
    run: event.run ?? node.run,
    summary: event.summary ?? node.summary,
  }
  const before = phaseOf(node.result)
  if (phaseOf(result) === before && before !== undefined) return { ...node, ...facts }
  const at = event.at.getTime()
  const seconds = node.since === undefined ? 0 : Math.max(0, (at - node.since) / 1000)
  const took = before === undefined ? node.took : { ...node.took, [before]: seconds }
  const over = { ...node, ...facts, took, log: '', tail: '', resources: 0 }
  if (phaseOf(result) !== undefined) {
    return { ...over, since: at, began: node.began ?? at, failure: [] }
  }
  const ended = before === undefined ? node.ended : at
  const hasFailed = result === 'failed' || result === 'unknown'
  return { ...over, since: undefined, ended, failure: hasFailed ? relevantLines(node.log) : [] }
}

/** What a workspace is at, when it is at work. */
export function phaseOf(result: Result): Goal | undefined {
  if (result === 'planning') return 'plan'
  return result === 'applying' ? 'apply' : undefined
}

function withWait(model: ChangeModel, event: Event<'waits'>): ChangeModel {
  const { environment, workspaces, because, next } = event
  const others = model.waits.filter((one) => one.environment !== environment)
  const held = new Set(workspaces)
  return {
    ...model,
    waits: [...others, { environment, workspaces, because, next }],
    nodes: model.nodes.map((node) => (held.has(node.name) ? { ...node, isHeld: true } : node)),
  }
}

const TAIL_CHARACTERS = 1000
const KEPT_CHARACTERS = 1_000_000

/** The end of a very long log is what counts. */
function appended(log: string, text: string): string {
  const longer = log + text
  return longer.length > 2 * KEPT_CHARACTERS ? longer.slice(-KEPT_CHARACTERS) : longer
}
