import type { ChangeView, Counts, Result } from '../../lib/types.ts'

/** What needs a look first; what is done last. */
const order = [
  'unknown',
  'failed',
  'blocked',
  'applying',
  'planning',
  'planned',
  'provisional',
  'deferred',
  'pending',
  'cancelled',
  'applied',
  'unchanged',
  'skipped',
] as const satisfies readonly Result[]

/** Each result that occurs, with how often, in the order in which people should look at them. */
export function countsInOrder(counts: Counts): [Result, number][] {
  return order.flatMap((result): [Result, number][] => {
    const count = counts[result] ?? 0
    return count === 0 ? [] : [[result, count]]
  })
}

export function countResults(nodes: readonly { readonly result: Result }[]): Counts {
  const counts: Counts = {}
  for (const { result } of nodes) counts[result] = (counts[result] ?? 0) + 1
  return counts
}

/** `6 applied, 2 unchanged` */
export function countsText(counts: Counts, operation: ChangeView['change']['operation']): string {
  return countsInOrder(counts)
    .map(([result, count]) => `${count} ${resultWord(result, operation)}`)
    .join(', ')
}

/** A result in sentences. */
function resultWord(
  result: Result,
  operation: ChangeView['change']['operation'] = 'apply',
): string {
  if (operation === 'destroy' && result === 'applied') return 'destroyed'
  return result === 'unknown' ? 'of unknown end' : result
}

/** It is as the change wants it to be. */
export function isSettled(result: Result): boolean {
  return result === 'applied' || result === 'unchanged' || result === 'skipped'
}

/** A plan that somebody can agree to. */
export function isPlanned(result: Result): boolean {
  return result === 'planned' || result === 'provisional'
}

/** Something is being done with it at the moment. */
export function isAtWork(result: Result): boolean {
  return result === 'planning' || result === 'applying'
}

/** `1 workspace`, `3 workspaces` */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
