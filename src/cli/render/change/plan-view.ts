import type { ChangeView } from '../../../changes/index.ts'
import type { Style } from '../style.ts'

/** How lines are laid out: for a terminal of this width, or for anything else without one. */
export interface Layout {
  readonly style: Style
  readonly width: number | undefined
}

/**
 * What a change would do, environment by environment, and what an approval of it would mean.
 * `plans` has what the tool said, by workspace; without it only the summaries are shown.
 */
export declare function planView(
  view: ChangeView,
  plans: ReadonlyMap<string, string>,
  layout: Layout,
): string[]
