import type { Result } from '../../../changes/index.ts'
import { doneLine, summaryLine } from '../run-view.ts'
import type { Style } from '../style.ts'
import { sanitiseLine } from '../text.ts'
import type { ChangeModel, NodeState } from './model.ts'
import type { Piece } from './pieces.ts'
import { isOver, resultWord, type Stage } from './stage.ts'

/** What a line says of a workspace, beside its name. */
export function says(model: ChangeModel, node: NodeState, stage: Stage, style: Style): Piece[] {
  const because = node.because === undefined ? '' : sanitiseLine(node.because)
  const dim = (text: string): Piece => ({ text, paint: style.dim })
  switch (node.result) {
    case 'pending':
      return [dim(because || needsText(model, node))]
    case 'planning':
    case 'applying':
      return [...progress(node, style), dim(lastLine(node.tail) || atWork(model, node.result))]
    case 'planned':
      return stage === 'waits'
        ? [{ text: because || 'waits for approval', paint: style.warn }]
        : [planned(node), { text: because === '' ? '' : `  ${because}`, paint: style.dim }]
    case 'provisional':
    case 'deferred':
      return [
        { text: because === '' ? node.result : `${node.result}: `, paint: style.warn },
        dim(because),
      ]
    case 'applied':
      return [{ text: node.summary === undefined ? 'applied' : doneLine(node.summary) }]
    case 'unchanged':
      return [dim('unchanged')]
    case 'failed':
    case 'unknown':
      return [
        { text: `${resultWord(node.result, model.operation)}: `, paint: style.bad },
        { text: sanitiseLine(node.failure[0] ?? '') || because || 'no reason was given' },
      ]
    case 'blocked':
      return [{ text: because || 'blocked', paint: style.bad }]
    case 'skipped':
    case 'cancelled':
      return [dim(because === '' ? node.result : `${node.result}: ${because}`)]
  }
}

function planned({ summary }: NodeState): Piece {
  return { text: summary === undefined ? 'planned' : summaryLine(summary) }
}

/** `3/12 ` of an apply whose plan has said how much there is to do. */
function progress(node: NodeState, style: Style): Piece[] {
  const total = operationsOf(node)
  if (node.result !== 'applying' || total < 2) return []
  return [{ text: `${Math.min(node.resources, total)}/${total}  `, paint: style.bold }]
}

/** Operations on resources that a plan announces: to replace is to destroy and to create. */
export function operationsOf({ summary }: Pick<NodeState, 'summary'>): number {
  if (summary === undefined) return 0
  return summary.create + summary.update + summary.delete + 2 * summary.replace
}

/** What it is at, for people: `planning`, `destroying`. */
export function atWork(
  { operation }: Pick<ChangeModel, 'operation'>,
  result: Extract<Result, 'planning' | 'applying'>,
): string {
  return result === 'applying' && operation === 'destroy' ? 'destroying' : result
}

/** The last line of a log that says something, also of one that writes over its line. */
function lastLine(tail: string): string {
  const lines = tail.split(/\r\n|\n|\r/)
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const line = sanitiseLine(lines[at] ?? '').trim()
    if (line !== '') return line
  }
  return ''
}

/** Those of its needs that are not over yet. */
function needsText(model: ChangeModel, { needs, environment }: NodeState): string {
  const open = needs.filter((name) => {
    const need = model.nodes[model.places.get(name) ?? -1]
    return need !== undefined && !isOver(need, model.goal)
  })
  if (open.length === 0) return ''
  const own = `@${environment}`
  const names = open.map((name) => (name.endsWith(own) ? name.slice(0, -own.length) : name))
  return `needs ${names.map(sanitiseLine).join(', ')}`
}
