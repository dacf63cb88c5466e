import type { Style } from '../style.ts'

/** How lines are laid out: for a terminal of this width, or for anything else without one. */
export interface Layout {
  readonly style: Style
  readonly width: number | undefined
}
