import type { ChangeEvent } from '../../../changes/index.ts'
import { doneLine } from '../run-view.ts'
import type { Style } from '../style.ts'
import { sanitise, sanitiseLine } from '../text.ts'
import { duration } from '../time.ts'
import { type Canvas, treeLines } from './lines.ts'
import type { ChangeModel } from './model.ts'
import { chooseRows } from './rows.ts'

/** What stays above the tree for good: each workspace that was changed, and Portolan's sentences. */
export function doneLines(
  before: ChangeModel,
  after: ChangeModel,
  event: ChangeEvent,
  style: Style,
): string[] {
  if (event.event === 'notice') {
    const name = event.workspace === undefined ? '' : `${sanitiseLine(event.workspace)}: `
    return [style.dim(name) + sanitise(event.message)]
  }
  if (event.event !== 'workspace' || event.result !== 'applied') return []
  const place = after.places.get(event.workspace) ?? -1
  const node = after.nodes[place]
  if (node === undefined || before.nodes[place]?.result !== 'applying') return []
  const what = node.summary === undefined ? 'applied' : doneLine(node.summary)
  const seconds = node.took.apply ?? 0
  const took = seconds < 1 ? '' : style.dim(`  ${duration(seconds)}`)
  return [`${style.good('✓')} ${sanitiseLine(node.name)}  ${what}${took}`]
}

/** How the tree stood at the end, in few lines: what is over is folded. */
export function finalLines(model: ChangeModel, canvas: Canvas): string[] {
  if (model.nodes.length === 0) return []
  // Whom it waits for is said below.
  const quiet = { ...model, waits: [] }
  return treeLines(quiet, chooseRows(quiet, Math.max(20, model.environments.length + 1)), canvas)
}
