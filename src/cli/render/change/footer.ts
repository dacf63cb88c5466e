import { widthOf, wrap } from '../text.ts'
import { duration } from '../time.ts'
import { cell } from './cell.ts'
import type { Canvas } from './lines.ts'
import { type ChangeModel, spentMilliseconds } from './model.ts'
import { type Piece, spread } from './pieces.ts'
import { isOver, type Stage, stageOf } from './stage.ts'

export interface FooterFacts {
  /** What is still expected, in seconds. */
  readonly remaining: number | undefined
  /** A sentence about what the person asked for: `Cancelling …`. */
  readonly notice: string | undefined
}

/** The foot of the L: how far it is, what went wrong, how long it takes. */
export function footerLines(model: ChangeModel, facts: FooterFacts, canvas: Canvas): string[] {
  const { style, width } = canvas
  const stage = footStage(model)
  const notices =
    facts.notice === undefined ? [] : wrap(facts.notice, Math.max(10, width - 3)).slice(0, 3)
  return [
    ...notices.map((line) => `${cell(stage, style)} ${style.warn(line)}`),
    footLine(model, stage, facts, canvas),
  ]
}

function footStage({ nodes, goal }: ChangeModel): Stage {
  const stages = new Set(nodes.map((node) => stageOf(node, goal)))
  const order = ['failed', 'running', 'waits', 'pending'] as const
  return order.find((stage) => stages.has(stage)) ?? 'done'
}

/** In as many words as there is room for. */
function footLine(
  model: ChangeModel,
  stage: Stage,
  { remaining }: FooterFacts,
  { style, width, now }: Canvas,
): string {
  const counts = countStages(model)
  const over = model.nodes.filter((node) => isOver(node, model.goal)).length
  const total = model.nodes.length
  const percent = total === 0 ? 0 : Math.floor((100 * over) / total)
  const ran = duration(spentMilliseconds(model, now) / 1000)
  const left = over === total || remaining === undefined ? undefined : duration(remaining)
  const facts = factPieces(counts, style)
  const head = { text: `${percent}%`, paint: style.bold }
  const short = [head, { text: ` ${over}/${total}` }, ...facts]
  const variants = [
    {
      pieces: [head, { text: `  ${over} of ${total}` }, ...facts],
      right: left === undefined ? ran : `${ran}, about ${left} left`,
    },
    { pieces: short, right: left === undefined ? ran : `${ran} ~${left}` },
    { pieces: short, right: ran },
  ]
  const foot = `${cell(stage, style, 6)} `
  const columns = width - widthOf(foot)
  const fits = variants.find(
    ({ pieces, right }) => textOf(pieces).length + right.length + 2 <= columns,
  )
  const { pieces, right } = fits ?? { pieces: short, right: '' }
  return foot + spread(pieces, right, columns)
}

function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => piece.text).join('')
}

function countStages({ nodes, goal }: ChangeModel): Map<Stage, number> {
  const counts = new Map<Stage, number>()
  for (const node of nodes) {
    const stage = stageOf(node, goal)
    counts.set(stage, (counts.get(stage) ?? 0) + 1)
  }
  return counts
}

function factPieces(counts: ReadonlyMap<Stage, number>, style: Canvas['style']): Piece[] {
  const facts: [Stage, string, Piece['paint']][] = [
    ['failed', 'failed', style.bad],
    ['blocked', 'blocked', style.bad],
    ['waits', 'waiting', style.warn],
    ['running', 'running', undefined],
  ]
  return facts.flatMap(([stage, word, paint]): Piece[] => {
    const count = counts.get(stage) ?? 0
    if (count === 0) return []
    return [
      { text: ' · ' },
      { text: `${count} ${word}`, ...(paint === undefined ? {} : { paint }) },
    ]
  })
}
