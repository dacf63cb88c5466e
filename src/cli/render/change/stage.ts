import type { Change, Counts, Result } from '../../../changes/index.ts'
import { type Goal, type NodeState, phaseOf } from './model.ts'

/** What a line's colour says of a workspace. */
export type Stage = 'done' | 'running' | 'waits' | 'pending' | 'failed' | 'blocked' | 'off'

const ended: Readonly<Record<Result, Stage | undefined>> = {
  pending: undefined,
  planning: undefined,
  planned: undefined,
  provisional: undefined,
  deferred: undefined,
  applying: undefined,
  applied: 'done',
  unchanged: 'done',
  failed: 'failed',
  unknown: 'failed',
  blocked: 'blocked',
  skipped: 'off',
  cancelled: 'off',
}

export function stageOf(node: Pick<NodeState, 'result' | 'isHeld'>, goal: Goal): Stage {
  const end = ended[node.result]
  if (end !== undefined) return end
  if (phaseOf(node.result) !== undefined) return 'running'
  if (goal === 'apply' || node.result === 'pending') return node.isHeld ? 'waits' : 'pending'
  return node.result === 'deferred' ? 'waits' : 'done'
}

/** Nothing more happens to it in this phase. */
export function isOver(node: Pick<NodeState, 'result'>, goal: Goal): boolean {
  if (ended[node.result] !== undefined) return true
  return goal === 'plan' && node.result !== 'pending' && node.result !== 'planning'
}

/** The order in which results are counted up for people. */
const order: readonly Result[] = [
  'applied',
  'planned',
  'provisional',
  'deferred',
  'unchanged',
  'failed',
  'unknown',
  'blocked',
  'applying',
  'planning',
  'pending',
  'skipped',
  'cancelled',
]

/** How often each result occurs, in the order in which people are told. */
export function countsOf(results: Iterable<Result>): [Result, number][] {
  const counts: Partial<Record<Result, number>> = {}
  for (const result of results) counts[result] = (counts[result] ?? 0) + 1
  return entriesOf(counts)
}

export function entriesOf(counts: Counts): [Result, number][] {
  return order.flatMap((result): [Result, number][] => {
    const count = counts[result] ?? 0
    return count === 0 ? [] : [[result, count]]
  })
}

/** `6 applied, 2 unchanged` */
export function countsText(
  counts: readonly (readonly [Result, number])[],
  operation: Change['operation'],
): string {
  return counts.map(([result, count]) => `${count} ${resultWord(result, operation)}`).join(', ')
}

/** A result in sentences. */
export function resultWord(result: Result, operation: Change['operation']): string {
  if (result === 'applied' && operation === 'destroy') return 'destroyed'
  return result === 'unknown' ? 'of unknown end' : result
}
