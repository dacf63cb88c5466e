import type {
  Change,
  ChangeEnvironment,
  Counts,
  GraphEntry,
  Result,
} from '../../../changes/index.ts'
import type { PlanSummary } from '../../../runs/index.ts'
import type { Shape } from './shape.ts'

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

/** What a workspace is at, when it is at work. */
export function phaseOf(result: Result): Goal | undefined {
  if (result === 'planning') return 'plan'
  return result === 'applying' ? 'apply' : undefined
}

/** Environments as they come: a destroy begins with the last. */
export function inOrder(
  environments: readonly ChangeEnvironment[],
  operation: Change['operation'],
): ChangeEnvironment[] {
  const sorted = environments.toSorted((a, b) => a.order - b.order)
  return operation === 'destroy' ? sorted.reverse() : sorted
}
