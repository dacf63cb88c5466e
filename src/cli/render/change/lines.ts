import type { Style } from '../style.ts'
import { cut, sanitiseLine, widthOf } from '../text.ts'
import { duration } from '../time.ts'
import { cell, icon } from './cell.ts'
import { type ChangeModel, type EnvironmentState, type NodeState, phaseOf } from './model.ts'
import { joined, type Piece, spread } from './pieces.ts'
import type { EnvironmentRow, NodeRow, Row, Rows } from './rows.ts'
import { says } from './says.ts'
import { countsOf, countsText, isOver, type Stage } from './stage.ts'

/** Where lines are written. */
export interface Canvas {
  /** Milliseconds. */
  readonly now: number
  readonly width: number
  readonly style: Style
}

/** The lines of the tree, as they were chosen. */
export function treeLines(model: ChangeModel, { rows, more }: Rows, canvas: Canvas): string[] {
  const headed = new Set(rows.flatMap((row) => (row.kind === 'environment' ? row.environment : [])))
  const prefixes = prefixesOf(rows, headed, canvas.width)
  const names = rows.map((row, at) =>
    row.kind === 'node' ? nameOf(row, prefixes[at] ?? '', headed.has(row.environment)) : '',
  )
  const column = Math.min(
    Math.max(0, ...names.map(widthOf)),
    Math.max(8, Math.floor(canvas.width * 0.4)),
  )
  const lines = rows.map((row, at) => {
    if (row.kind === 'next') return nextLine(row.wait.next, canvas)
    if (row.kind === 'environment') return headingLine(model, row, canvas)
    return nodeLine(
      model,
      row,
      { name: names[at] ?? '', prefix: prefixes[at] ?? '', column },
      canvas,
    )
  })
  const rest = moreText(more)
  return rest === '' ? lines : [...lines, moreLine(rest, canvas)]
}

function nameOf({ node, folded }: NodeRow, prefix: string, isHeaded: boolean): string {
  const name = sanitiseLine(isHeaded ? node.component : node.name)
  return `${prefix}✓ ${name}${folded.length > 1 ? ` +${folded.length - 1}` : ''}`
}

/** The branches at the left of each line, between the lines that are shown. */
function prefixesOf(
  rows: readonly Row[],
  headed: ReadonlySet<EnvironmentState>,
  width: number,
): string[] {
  const isNarrow = width < 60
  const [more, last, through, none] = isNarrow ? ['├', '└', '│', ' '] : ['├─ ', '└─ ', '│  ', '   ']
  const deepest = Math.max(1, Math.floor(width / 4 / widthOf(none)))
  const open: boolean[] = []
  const prefixes = rows.map(() => '')
  for (let at = rows.length - 1; at >= 0; at -= 1) {
    const row = rows[at]
    if (row?.kind !== 'node' || !headed.has(row.environment)) {
      open.length = 0
      continue
    }
    const depth = Math.min(row.depth, deepest)
    const before = Array.from({ length: depth }, (_, level) => (open[level] ? through : none))
    prefixes[at] = before.join('') + (open[depth] ? more : last)
    open.length = depth
    open[depth] = true
  }
  return prefixes
}

function nodeLine(
  model: ChangeModel,
  { node, stage, folded }: NodeRow,
  {
    name,
    prefix,
    column,
  }: { readonly name: string; readonly prefix: string; readonly column: number },
  canvas: Canvas,
): string {
  const { style, now, width } = canvas
  const shown = cut(name, column).slice(prefix.length + 1)
  const start = style.dim(prefix) + icon(stage, style, now) + painted(shown, stage, style)
  const gap = ' '.repeat(Math.max(0, column - widthOf(start)) + 2)
  const text =
    folded.length > 1
      ? [{ text: countsText(countsOf(folded.map((one) => one.result)), model.operation) }]
      : says(model, node, stage, style)
  const timing =
    folded.length > 1
      ? spanText(folded)
      : timeText(model, node, stage, { now, isNarrow: width < 60 })
  const head = `${cell(stage, style)} ${start}`
  if (width - widthOf(head) - widthOf(timing) < 10) return headOnly(head, timing, canvas)
  return head + spread([{ text: gap }, ...text], style.dim(timing), width - widthOf(head))
}

function headOnly(head: string, timing: string, { width, style }: Canvas): string {
  const gap = width - widthOf(head) - widthOf(timing)
  return timing === '' || gap < 2 ? head : head + ' '.repeat(gap) + style.dim(timing)
}

function painted(name: string, stage: Stage, style: Style): string {
  if (stage === 'running') return style.bold(name)
  return stage === 'pending' || stage === 'off' ? style.dim(name) : name
}

/** `1m 02s / 3m 10s` of what runs, `12s` of what is over, `~3m 10s` of what is yet to come. */
function timeText(
  { goal }: ChangeModel,
  node: NodeState,
  stage: Stage,
  { now, isNarrow }: { readonly now: number; readonly isNarrow: boolean },
): string {
  const phase = phaseOf(node.result) ?? goal
  const known = node.expected[phase]
  const expected = known === undefined || known < 1 ? undefined : known
  if (stage === 'running') {
    const elapsed = duration((now - (node.since ?? now)) / 1000)
    return expected === undefined || isNarrow ? elapsed : `${elapsed} / ${duration(expected)}`
  }
  if (stage === 'pending') return expected === undefined || isNarrow ? '' : `~${duration(expected)}`
  return spanText([node])
}

/** From the first beginning to the last end. */
function spanText(nodes: readonly NodeState[]): string {
  const began = Math.min(...nodes.map((node) => node.began ?? Number.POSITIVE_INFINITY))
  const ended = Math.max(...nodes.map((node) => node.ended ?? Number.NEGATIVE_INFINITY))
  const seconds = (ended - began) / 1000
  return Number.isFinite(seconds) && seconds >= 1 ? duration(seconds) : ''
}

function headingLine(model: ChangeModel, row: EnvironmentRow, canvas: Canvas): string {
  const { style, now, width } = canvas
  const { environment, stage, isFolded, wait } = row
  const nodes = environment.nodes.flatMap((index) => model.nodes[index] ?? [])
  const head = `${cell(stage, style)} ${icon(stage, style, now)} `
  const text: Piece[] = [
    { text: sanitiseLine(environment.name), paint: style.bold },
    {
      text: `  ${isFolded ? countsText(row.counts, model.operation) : progressText(model, nodes)}`,
    },
  ]
  if (wait !== undefined) {
    text.push({ text: `  ${sanitiseLine(wait.because)}`, paint: style.warn })
  } else if (stage === 'pending' && environment.after !== undefined && model.goal === 'apply') {
    text.push({ text: `  after ${sanitiseLine(environment.after)}`, paint: style.dim })
  }
  const timing = nodes.every((node) => isOver(node, model.goal)) ? spanText(nodes) : ''
  return head + spread(text, style.dim(timing), width - widthOf(head))
}

function progressText({ goal }: ChangeModel, nodes: readonly NodeState[]): string {
  const over = nodes.filter((node) => isOver(node, goal))
  const bad = over.filter(({ result }) => result === 'failed' || result === 'unknown').length
  return [`${over.length} of ${nodes.length}`, ...(bad === 0 ? [] : [`${bad} failed`])].join(' · ')
}

function nextLine(next: string, { style, width }: Canvas): string {
  const head = `${cell('waits', style)}   ${style.accent('→')} `
  return head + joined([{ text: sanitiseLine(next) }], width - widthOf(head))
}

const moreWords: readonly (readonly [Stage, string])[] = [
  ['failed', 'failed'],
  ['running', 'running'],
  ['waits', 'waiting'],
  ['pending', 'pending'],
  ['blocked', 'blocked'],
  ['done', 'done'],
  ['off', 'skipped'],
]

/** `12 more running / 40 pending` */
function moreText(more: ReadonlyMap<Stage, number>): string {
  return moreWords
    .flatMap(([stage, word]) => {
      const count = more.get(stage) ?? 0
      return count > 0 ? [{ count, word }] : []
    })
    .map(({ count, word }, at) => `${count} ${at === 0 ? 'more ' : ''}${word}`)
    .join(' / ')
}

function moreLine(rest: string, { style, width }: Canvas): string {
  const head = `${cell('pending', style)}   `
  return head + joined([{ text: `… ${rest}`, paint: style.dim }], width - widthOf(head))
}
