import type { Counts, Result } from '../../changes/index.ts'

/** How many workspaces ended how. */
export function countsOf(nodes: readonly { readonly result: Result }[]): Counts {
  const counts: Partial<Record<Result, number>> = {}
  for (const { result } of nodes) counts[result] = (counts[result] ?? 0) + 1
  return counts
}
