import type { Change, ChangeView, Counts } from '../../../changes/index.ts'
import type { Layout } from './plan-view.ts'

/** A change for `portolan status change-N`: where each workspace stands, and what is next. */
export declare function changeStatus(view: ChangeView, now: Date, layout: Layout): string[]

/** A change in the list of `portolan status`. */
export interface ChangeEntry {
  readonly change: Change
  readonly counts: Counts
}

/** The open changes for `portolan status`, newest first; nothing when there are none. */
export declare function openChangeLines(
  entries: readonly ChangeEntry[],
  now: Date,
  layout: Layout,
): string[]
