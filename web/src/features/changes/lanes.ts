import type { ChangeEnvironment, Counts, Gate } from '../../lib/types.ts'
import type { LiveChange, LiveNode, Wait } from './live-change.ts'
import { countResults, isAtWork, isPlanned, isSettled, plural } from './results.ts'

/** What an environment asks for before anything is applied in it. */
export interface LaneRequirement {
  /** Undefined where only the runs know, each for itself. */
  readonly met: boolean | undefined
  readonly sentence: string
}

/** An environment of a change, as people look at it. */
export interface Lane {
  readonly environment: ChangeEnvironment
  readonly nodes: readonly LiveNode[]
  readonly counts: Counts
  readonly standing: LaneStanding
  readonly requirements: readonly LaneRequirement[]
  readonly wait: Wait | undefined
}

export type LaneStanding = 'failed' | 'running' | 'waiting' | 'done' | 'pending'

/** The environments in their order; one that only orphans are in comes last. */
export function lanesOf(live: LiveChange): Lane[] {
  const members = Map.groupBy(live.nodes, (node) => node.environment)
  const announced = [...live.environments].sort((a, b) => a.order - b.order)
  const known = new Set(announced.map((one) => one.name))
  const strangers = [...members.keys()]
    .filter((name) => !known.has(name))
    .map((name, index) => ({
      name,
      order: announced.length + index,
      auto: false,
      apply: 'before-merge' as const,
    }))
  const inOrder = [...announced, ...strangers]
  if (live.change.operation === 'destroy') inOrder.reverse()
  return inOrder
    .map((environment) => laneOf(live, environment, members))
    .filter((lane) => lane.nodes.length > 0)
}

function laneOf(
  live: LiveChange,
  environment: ChangeEnvironment,
  members: ReadonlyMap<string, readonly LiveNode[]>,
): Lane {
  const nodes = members.get(environment.name) ?? []
  const { after } = environment
  return {
    environment,
    nodes,
    counts: countResults(nodes),
    standing: standingOf(nodes),
    requirements: [
      // What is destroyed has nothing to prove in another environment.
      ...(after === undefined || live.change.operation === 'destroy'
        ? []
        : [promotionOf(after, members.get(after) ?? [])]),
      ...(environment.gate === undefined ? [] : gateOf(environment.gate, nodes, live)),
    ],
    wait: live.waits[environment.name],
  }
}

function standingOf(nodes: readonly LiveNode[]): LaneStanding {
  const has = (test: (node: LiveNode) => boolean) => nodes.some(test)
  if (has(({ result }) => isAtWork(result))) return 'running'
  if (has(({ result }) => result === 'failed' || result === 'unknown')) return 'failed'
  if (nodes.every(({ result }) => isSettled(result))) return 'done'
  return has(({ result }) => isPlanned(result)) ? 'waiting' : 'pending'
}

function promotionOf(after: string, before: readonly LiveNode[]): LaneRequirement {
  const open = before.filter(({ result }) => !isSettled(result))
  if (before.length === 0) {
    return { met: undefined, sentence: `Comes after ${after}, which this change leaves alone.` }
  }
  if (open.length === 0) return { met: true, sentence: `Comes after ${after}: all is done there.` }
  const done = before.length - open.length
  return {
    met: false,
    sentence: `Comes after ${after}: ${done} of ${before.length} done there.`,
  }
}

function gateOf(gate: Gate, nodes: readonly LiveNode[], live: LiveChange): LaneRequirement[] {
  const isDone = nodes.every(({ result }) => isSettled(result))
  return [
    ...(gate.approvals === 0
      ? []
      : [{ met: isDone ? true : undefined, sentence: approvalsSentence(gate) }]),
    ...(gate.window === undefined
      ? []
      : [
          {
            met: isDone ? true : undefined,
            sentence: `Only in its window: ${gate.window}.`,
          },
        ]),
    ...(gate.destroy === 'deny' ? [destroyOf(nodes)] : []),
    ...(gate.dirty === 'deny' ? [dirtyOf(live)] : []),
  ]
}

function approvalsSentence({ approvals, from }: Gate): string {
  const who = from.length === 0 ? '' : ` from ${from.join(' or ')}`
  return `Each plan needs ${plural(approvals, 'approval')}${who}.`
}

function destroyOf(nodes: readonly LiveNode[]): LaneRequirement {
  const gone = nodes.reduce((sum, { summary }) => sum + destroysOf(summary), 0)
  return gone === 0
    ? { met: true, sentence: 'Nothing may be destroyed, and no plan would.' }
    : {
        met: false,
        sentence: `Nothing may be destroyed: the plans would end ${plural(gone, 'resource')}.`,
      }
}

function destroysOf(summary: LiveNode['summary']): number {
  return summary === undefined ? 0 : summary.delete + summary.replace + summary.forget
}

function dirtyOf({ change }: LiveChange): LaneRequirement {
  return change.source.dirty
    ? { met: false, sentence: 'Only what is committed: this is not.' }
    : { met: true, sentence: 'Only what is committed: this is.' }
}
