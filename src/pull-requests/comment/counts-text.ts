import type { ChangeNode, ChangeView, Counts } from '../../changes/index.ts'
import type { PlanSummary } from '../../runs/index.ts'

export function countsOf({ nodes }: Pick<ChangeView, 'nodes'>): Counts {
  const counts: Partial<Record<ChangeNode['result'], number>> = {}
  for (const { result } of nodes) counts[result] = (counts[result] ?? 0) + 1
  return counts
}

/** What a plan would do: `+4 ~1 -2 ±1, 2 outputs`; empty when it changes nothing. */
export function signs(summary: PlanSummary): string {
  const { create, update, replace, forget, import: imported, move, outputs } = summary
  const marks = [
    create > 0 ? `+${create}` : '',
    update > 0 ? `~${update}` : '',
    summary.delete > 0 ? `-${summary.delete}` : '',
    replace > 0 ? `±${replace}` : '',
  ]
  const words = [
    forget > 0 ? `${forget} to forget` : '',
    imported > 0 ? `${imported} to import` : '',
    move > 0 ? `${move} to move` : '',
    outputs.length > 0 ? `${outputs.length} ${outputs.length === 1 ? 'output' : 'outputs'}` : '',
  ]
  const isThere = (part: string) => part !== ''
  return [marks.filter(isThere).join(' '), ...words].filter(isThere).join(', ')
}

/** It ends something that exists. */
export function endsSomething({ run }: ChangeNode): boolean {
  const summary = run?.summary
  return summary !== undefined && summary.delete + summary.replace + summary.forget > 0
}

/** It is as the change wants it to be, and nothing was to be done. */
export function isQuiet({ result }: ChangeNode): boolean {
  return result === 'unchanged' || result === 'skipped'
}
