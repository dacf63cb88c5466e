import type { Context } from '../../app/context.ts'
import type { Change, Counts, Result } from '../../changes/index.ts'

export interface OpenChange {
  readonly change: Change
  readonly counts: Counts
}

const MOST_CHANGES = 20

/** The changes of a project that are open, newest first. */
export async function openChanges({ changes }: Context, project: string): Promise<OpenChange[]> {
  const open: OpenChange[] = []
  const all = await changes.list(project, { limit: MOST_CHANGES })
  for (const change of all.filter(({ status }) => status === 'open')) {
    open.push({ change, counts: countsOf((await changes.view(change.id)).nodes) })
  }
  return open
}

/** How many workspaces ended how. */
export function countsOf(nodes: readonly { readonly result: Result }[]): Counts {
  const counts: Partial<Record<Result, number>> = {}
  for (const { result } of nodes) counts[result] = (counts[result] ?? 0) + 1
  return counts
}
