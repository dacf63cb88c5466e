import {
  type ChangeNode,
  type ChangeView,
  changeName,
  type Result,
} from '../../../changes/index.ts'
import { runName } from '../../../runs/index.ts'
import type { Style } from '../style.ts'
import { plural, sanitise, sanitiseLine, wrap } from '../text.ts'
import { duration } from '../time.ts'
import type { Layout } from './layout.ts'
import { type ChangeModel, spentMilliseconds } from './model.ts'
import { namesText } from './names.ts'
import { countsOf, countsText } from './stage.ts'

export interface EndingLayout extends Layout {
  /** Milliseconds. */
  readonly now: number
}

/** How a phase ended: what failed and why, what that blocks, what waits for whom, and one line for all. */
export function endingLines(model: ChangeModel, view: ChangeView, layout: EndingLayout): string[] {
  const parts = [
    failedLines(model, view, layout.style),
    blockedLines(view, layout.style),
    waitingLines(model, layout),
    [sumLine(model, view, layout), ...nextLines(model, view, layout.style)],
  ]
  return parts.filter((part) => part.length > 0).flatMap((part) => ['', ...part])
}

const TOLD_WHOLE = 10

/** Workspaces that failed in the same way are told of together. */
function failedLines(model: ChangeModel, { nodes }: ChangeView, style: Style): string[] {
  const kinds = new Map<string, { readonly first: ChangeNode; readonly others: ChangeNode[] }>()
  for (const node of nodes.filter(hasFailed)) {
    const key = [node.result, ...failureOf(model, node)].join('\n')
    const known = kinds.get(key)
    if (known === undefined) kinds.set(key, { first: node, others: [] })
    else known.others.push(node)
  }
  const all = [...kinds.values()]
  const lines = all.slice(0, TOLD_WHOLE).flatMap(({ first, others }) => {
    const names = namesText([first, ...others].map((node) => node.name))
    const word = first.result === 'unknown' ? 'ended unseen' : 'failed'
    const because = first.because === undefined ? '' : `: ${sanitiseLine(first.because)}`
    const run = first.run === undefined ? [] : [logsLine(first.run.id, style)]
    return [
      `${style.bad('✗')} ${style.bold(names)} ${style.bad(word)}${because}`,
      ...failureOf(model, first).map((line) => `    ${painted(line, style)}`),
      ...run,
    ]
  })
  const rest = all.slice(TOLD_WHOLE).flatMap(({ first, others }) => [first, ...others])
  if (rest.length === 0) return lines
  return [
    ...lines,
    `${style.bad('✗')} ${rest.length} more failed: ${namesText(rest.map((node) => node.name))}`,
  ]
}

function hasFailed({ result }: ChangeNode): boolean {
  return result === 'failed' || result === 'unknown'
}

/** What it said of the failure in this session; of one from before only the reason is known. */
function failureOf(model: ChangeModel, node: ChangeNode): readonly string[] {
  const known = model.nodes[model.places.get(node.name) ?? -1]?.failure ?? []
  if (known.length > 0) return known.map((line) => sanitise(line))
  return node.because === undefined ? ['no reason was given'] : []
}

function logsLine(run: number, style: Style): string {
  return `    ${style.accent('→')} portolan logs ${runName(run)}   shows all that it said`
}

function painted(line: string, style: Style): string {
  return line.startsWith('Error: ') ? style.bad(line) : line
}

function blockedLines({ nodes }: ChangeView, style: Style): string[] {
  const reasons = new Map<string, string[]>()
  for (const { name, result, because } of nodes) {
    if (result !== 'blocked') continue
    const reason = because ?? 'blocked'
    reasons.set(reason, [...(reasons.get(reason) ?? []), name])
  }
  return [...reasons].map(
    ([reason, names]) => `${style.bad('⊘')} ${sanitiseLine(reason)}: ${namesText(names)}`,
  )
}

function waitingLines({ waits }: ChangeModel, { style, width }: Layout): string[] {
  return waits.flatMap(({ environment, workspaces, because, next }) => {
    const head = `${style.warn('…')} ${style.bold(sanitiseLine(environment))}`
    const text = `${head} ${sanitiseLine(because)} (${plural(workspaces.length, 'workspace')})`
    const lines = width === undefined ? [text] : wrap(text, Math.max(20, width - 2))
    return [
      ...lines.map((line, at) => (at === 0 ? line : `  ${line}`)),
      `  ${style.accent('→')} ${sanitiseLine(next)}`,
    ]
  })
}

/** One line for all of it, never called a success when nothing was done. */
export function sumLine(
  model: ChangeModel,
  view: ChangeView,
  { style, now }: EndingLayout,
): string {
  const name = changeName(view.change.id)
  const results = view.nodes.map((node) => node.result)
  const counts = countsText(countsOf(results), view.change.operation)
  const took = ` in ${duration(spentMilliseconds(model, now) / 1000)}`
  const how = verdict(model, view)
  const paint = { good: style.good, bad: style.bad, warn: style.warn, dim: style.bold }[how.tone]
  const what = counts === '' ? 'no workspace takes part' : counts + took
  return `${paint(style.bold(how.words))} ${style.bold(name)}: ${what}`
}

interface Verdict {
  readonly tone: 'good' | 'bad' | 'warn' | 'dim'
  readonly words: string
}

function verdict({ goal, waits }: ChangeModel, { change, nodes }: ChangeView): Verdict {
  const has = (...results: Result[]) => nodes.some((node) => results.includes(node.result))
  if (has('failed', 'unknown')) return { tone: 'bad', words: 'Failed' }
  if (change.status === 'cancelled' || has('cancelled')) return { tone: 'warn', words: 'Cancelled' }
  if (goal === 'plan') {
    if (has('planned', 'provisional', 'deferred')) return { tone: 'good', words: 'Planned' }
    return has('unchanged')
      ? { tone: 'good', words: 'Nothing to change in' }
      : { tone: 'warn', words: 'Nothing was planned in' }
  }
  const [done, nothing] =
    change.operation === 'destroy'
      ? ['Destroyed', 'Nothing was destroyed in']
      : ['Applied', 'Nothing was applied in']
  if (!has('applied')) return { tone: waits.length > 0 ? 'warn' : 'dim', words: nothing }
  const isWhole = !has('pending', 'planned', 'provisional', 'deferred', 'blocked')
  return isWhole ? { tone: 'good', words: done } : { tone: 'warn', words: `${done} a part of` }
}

/** The one command that leads on, where that is not said already. */
function nextLines(model: ChangeModel, { change, nodes }: ChangeView, style: Style): string[] {
  const name = changeName(change.id)
  const arrow = style.accent('→')
  const has = (result: Result) => nodes.some((node) => node.result === result)
  if (has('unknown')) {
    return [`${arrow} portolan state rescue   shows what is known of it, and the way on`]
  }
  if (has('failed')) {
    const more = model.goal === 'plan' ? '; after a change of the files: portolan plan' : ''
    return [`${arrow} portolan resume ${name}   starts again at what failed${more}`]
  }
  if (change.status !== 'open' || model.waits.length > 0) return []
  if (model.goal === 'plan' && (has('planned') || has('provisional') || has('deferred'))) {
    return [`${arrow} portolan apply ${name}   applies it, in this order`]
  }
  const isOpen = has('pending') || has('planned') || has('cancelled') || has('deferred')
  return model.goal === 'apply' && isOpen
    ? [`${arrow} portolan resume ${name}   goes on where it stopped`]
    : []
}
