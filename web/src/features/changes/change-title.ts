import type { Change } from '../../lib/types.ts'
import { oneLine } from '../../ui/long-text.tsx'

/** Why somebody wants it; in want of a reason, what it is about. */
export function changeTitle({
  reason,
  operation,
  options,
}: Pick<Change, 'reason' | 'operation' | 'options'>): string {
  const said = oneLine(reason, 160)
  if (said !== '') return said
  const selection = oneLine(options.selection, 120)
  return `${operation === 'destroy' ? 'Destroy' : 'Apply'} ${selection === '' ? 'everything' : selection}`
}
