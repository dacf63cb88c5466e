import {
  type Change,
  type ChangeNode,
  type ChangeView,
  type Counts,
  changeName,
} from '../../../changes/index.ts'
import { doneLine, shortActor, summaryLine } from '../run-view.ts'
import type { Style } from '../style.ts'
import { table } from '../table.ts'
import { sanitiseLine, wrap } from '../text.ts'
import { ago } from '../time.ts'
import { cell, icon } from './cell.ts'
import { changeHead } from './head.ts'
import type { Layout } from './layout.ts'
import { countsOf, countsText, entriesOf, resultWord, stageOf } from './stage.ts'

/** A change for `portolan status change-N`: where each workspace stands, and what is next. */
export function changeStatus(view: ChangeView, now: Date, layout: Layout): string[] {
  const { change, nodes } = view
  const { style } = layout
  const rows = nodes.map((node) => nodeRow(view, node, layout))
  const counts = countsText(countsOf(nodes.map((node) => node.result)), change.operation)
  return [
    ...changeHead(view, layout),
    ...standing(`${statusText(change, style)}, made ${ago(change.createdAt, now)}`, counts, layout),
    ...(rows.length === 0 ? [] : ['', ...table(rows, widthOption(layout))]),
    ...nextLines(view, style),
  ]
}

function standing(text: string, counts: string, { width }: Layout): string[] {
  const whole = counts === '' ? text : `${text}: ${counts}`
  const lines = width === undefined ? [whole] : wrap(whole, Math.max(20, width - 2))
  return lines.map((line) => `  ${line}`)
}

function nodeRow({ change }: ChangeView, node: ChangeNode, { style, width }: Layout): string[] {
  const goal = change.status === 'open' ? 'apply' : 'plan'
  const stage = stageOf({ result: node.result, isHeld: node.result === 'deferred' }, goal)
  return [
    `${width === undefined ? '' : `${cell(stage, style)} `}${icon(stage, style, 0)} ${sanitiseLine(node.name)}`,
    resultWord(node.result, change.operation),
    node.run === undefined ? '' : style.dim(`run-${node.run.id}`),
    [summaryText(node), sanitiseLine(node.because ?? '')].filter((text) => text !== '').join(' · '),
  ]
}

function summaryText({ result, run }: ChangeNode): string {
  if (run?.summary === undefined || result === 'deferred' || result === 'unchanged') return ''
  return result === 'applied' ? doneLine(run.summary) : summaryLine(run.summary)
}

function statusText({ status, closedBecause }: Change, style: Style): string {
  const why = closedBecause === undefined ? '' : ` (${sanitiseLine(closedBecause)})`
  const paint = { open: style.warn, done: style.good, cancelled: style.dim, closed: style.dim }[
    status
  ]
  return paint(status) + why
}

/** The one command that leads on. */
function nextLines({ change, nodes }: ChangeView, style: Style): string[] {
  if (change.status !== 'open') return []
  const name = changeName(change.id)
  const has = (...results: ChangeNode['result'][]) =>
    nodes.some((node) => results.includes(node.result))
  const arrow = style.accent('→')
  if (has('unknown'))
    return ['', `${arrow} portolan state rescue   shows what is known of it, and the way on`]
  if (has('failed', 'cancelled')) {
    return ['', `${arrow} portolan resume ${name}   starts again at what failed or was cancelled`]
  }
  if (has('applied')) return ['', `${arrow} portolan resume ${name}   goes on where it stopped`]
  return ['', `${arrow} portolan apply ${name}   applies it, environment by environment`]
}

function widthOption({ width }: Layout): { readonly width?: number } {
  return width === undefined ? {} : { width }
}

/** A change in the list of `portolan status`. */
export interface ChangeEntry {
  readonly change: Change
  readonly counts: Counts
}

/** The open changes for `portolan status`, newest first; nothing when there are none. */
export function openChangeLines(
  entries: readonly ChangeEntry[],
  now: Date,
  layout: Layout,
): string[] {
  const open = entries
    .filter(({ change }) => change.status === 'open')
    .toSorted((a, b) => b.change.id - a.change.id)
  const { style } = layout
  const rows = open.map(({ change, counts }) => [
    style.bold(changeName(change.id)),
    `${change.operation === 'destroy' ? style.bad('destroy') : 'apply'} by ${shortActor(change.actor)} ${ago(change.createdAt, now)}`,
    countsText(entriesOf(counts), change.operation),
    sanitiseLine(change.reason),
  ])
  return table(rows, widthOption(layout))
}
