import { type Change, type Counts, changeName } from '../../changes/index.ts'
import { countsText, entriesOf } from './change/stage.ts'
import { shortActor } from './run-view.ts'
import type { Style } from './style.ts'
import { sanitiseLine } from './text.ts'
import { ago } from './time.ts'

/** A row of the list of changes. */
export function changeRow(
  { change, counts }: { readonly change: Change; readonly counts: Counts },
  now: Date,
  style: Style,
): string[] {
  const { operation, status } = change
  const paint = { open: style.warn, done: style.good, cancelled: style.dim, closed: style.dim }
  return [
    style.bold(changeName(change.id)),
    operation,
    paint[status](status),
    ago(change.finishedAt ?? change.createdAt, now),
    shortActor(change.actor),
    [countsText(entriesOf(counts), operation), sanitiseLine(change.reason)]
      .filter((text) => text !== '')
      .join(' · '),
  ]
}
