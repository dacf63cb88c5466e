import { type FooterFacts, footerLines } from './footer.ts'
import { type Canvas, treeLines } from './lines.ts'
import type { ChangeModel } from './model.ts'
import { chooseRows } from './rows.ts'

export interface FrameView extends Canvas, FooterFacts {
  /** How many lines there may be. */
  readonly height: number
}

/** The live lines of a change. Pure: the same model and view give the same lines. */
export function renderFrame(model: ChangeModel, view: FrameView): string[] {
  const footer = footerLines(model, view, view).slice(-Math.max(1, view.height))
  const room = view.height - footer.length
  if (room <= 0) return footer
  return [...treeLines(model, chooseRows(model, room), view), ...footer]
}
