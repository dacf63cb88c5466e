import type { ChangeEnvironment, ChangeNode, ChangeView, Result } from '../../../changes/index.ts'
import { runName } from '../../../runs/index.ts'
import { planText } from '../plan-text.ts'
import { riskLine, summaryLine } from '../run-view.ts'
import type { Style } from '../style.ts'
import { plural, sanitiseLine, wrap } from '../text.ts'
import { approvalLines } from './approval.ts'
import { changeHead } from './head.ts'
import type { Layout } from './layout.ts'
import { inOrder } from './model.ts'
import { namesText } from './names.ts'
import { countsOf, countsText, resultWord } from './stage.ts'

/**
 * What a change would do, environment by environment, and what an approval of it would mean.
 * `plans` has what the tool said, by workspace; without it only the summaries are shown.
 */
export function planView(
  view: ChangeView,
  plans: ReadonlyMap<string, string>,
  layout: Layout,
): string[] {
  const environments = groupsOf(view).flatMap(({ name, environment, nodes }) => [
    '',
    environmentHead(view, name, nodes, layout),
    ...(environment === undefined ? [] : gateLines(view, environment, layout)),
    ...nodes.filter(isShown).flatMap((node) => nodeLines(view, node, plans, layout)),
    ...foldedLines(nodes, layout),
  ])
  return [...changeHead(view, layout), ...environments, ...approvalLines(view, layout)]
}

interface Group {
  readonly name: string
  readonly environment: ChangeEnvironment | undefined
  readonly nodes: readonly ChangeNode[]
}

/** Environments in their order, each with its workspaces; those of no known environment last. */
function groupsOf({ change, environments, nodes }: ChangeView): Group[] {
  const sorted = inOrder(environments, change.operation)
  const names = new Set(
    [...sorted, ...nodes.map((node) => ({ name: node.environment }))].map((one) => one.name),
  )
  return [...names]
    .map((name) => ({
      name,
      environment: sorted.find((one) => one.name === name),
      nodes: nodes.filter((node) => node.environment === name),
    }))
    .filter((group) => group.nodes.length > 0)
}

function environmentHead(
  { change }: ChangeView,
  name: string,
  nodes: readonly ChangeNode[],
  { style }: Layout,
): string {
  const counts = countsText(countsOf(nodes.map((node) => node.result)), change.operation)
  return `${style.bold(sanitiseLine(name))}  ${style.dim(counts)}`
}

/** What must hold before anything is applied here. */
function gateLines(
  { change }: ChangeView,
  { gate, after }: ChangeEnvironment,
  layout: Layout,
): string[] {
  const conditions = [
    after === undefined || change.operation === 'destroy' ? '' : `after ${sanitiseLine(after)}`,
    gate === undefined || gate.approvals === 0 ? '' : approversText(gate),
    gate?.window === undefined ? '' : `only ${sanitiseLine(gate.window)}`,
    gate?.destroy === 'deny' ? 'nothing may be destroyed' : '',
  ].filter((text) => text !== '')
  if (conditions.length === 0) return []
  return indented(conditions.join(' · '), layout, 2).map(layout.style.dim)
}

function approversText({ approvals, from }: NonNullable<ChangeEnvironment['gate']>): string {
  const who = from.length === 0 ? '' : ` by ${from.map((one) => sanitiseLine(one)).join(', ')}`
  return `${plural(approvals, 'approval')}${who}`
}

/** What is passed over or stopped is worth one line for all that it concerns. */
function isShown({ result }: ChangeNode): boolean {
  return result !== 'unchanged' && result !== 'skipped' && result !== 'blocked'
}

function nodeLines(
  { change }: ChangeView,
  node: ChangeNode,
  plans: ReadonlyMap<string, string>,
  layout: Layout,
): string[] {
  const { style } = layout
  const { run, result } = node
  const isPlanned = result === 'planned' || result === 'provisional'
  const summary = result === 'deferred' ? undefined : run?.summary
  const words = [
    isPlanned ? '' : resultWord(result, change.operation),
    summary === undefined ? '' : summaryLine(summary),
  ].filter((text) => text !== '')
  const name = isPlanned && run !== undefined ? `  ${style.dim(runName(run.id))}` : ''
  const risk = summary === undefined ? undefined : riskLine(summary, style)
  const text = plans.get(node.name) ?? ''
  const plan = text === '' ? [] : planText(text, style).split('\n')
  return [
    `  ${style.bold(sanitiseLine(node.name))}  ${painted(words.join(', '), node, style)}${name}`,
    ...reasonLines(node, layout),
    ...(risk === undefined ? [] : [`    ${risk}`]),
    ...becauseLines(node, layout),
    ...(plan.length === 0 ? [] : ['', ...plan.map((line) => (line === '' ? '' : `  ${line}`)), '']),
  ]
}

function painted(words: string, { result }: ChangeNode, style: Style): string {
  if (result === 'failed' || result === 'unknown') return style.bad(words)
  return result === 'deferred' ? style.warn(words) : words
}

/** Why it takes part. */
function reasonLines({ reasons, orphan }: ChangeNode, layout: Layout): string[] {
  const all = orphan ? ['the manifest has it no longer', ...reasons] : reasons
  if (all.length === 0) return []
  const more = all.length > 2 ? ` and ${plural(all.length - 2, 'more reason')}` : ''
  const text = `because ${all.slice(0, 2).map(sanitiseLine).join('; ')}${more}`
  return indented(text, layout).map(layout.style.dim)
}

/** What keeps its plan from being the last word. */
function becauseLines(node: ChangeNode, layout: Layout): string[] {
  const { warn, bad, dim } = layout.style
  const because = node.because === undefined ? '' : sanitiseLine(node.because)
  switch (node.result) {
    case 'provisional': {
      const made = because || 'made from planned values'
      return indented(`provisional: ${made}; planned again when they are real`, layout).map(warn)
    }
    case 'deferred': {
      const waits = because || 'waits for outputs that nobody knows yet'
      return indented(`${waits}; planned when that is known`, layout).map(warn)
    }
    case 'failed':
    case 'unknown':
      return because === '' ? [] : indented(because, layout).map(bad)
    default:
      return because === '' ? [] : indented(because, layout).map(dim)
  }
}

function indented(text: string, { width }: Layout, by = 4): string[] {
  const lines = width === undefined ? [text] : wrap(text, Math.max(20, width - by))
  return lines.map((line) => ' '.repeat(by) + line)
}

function foldedLines(nodes: readonly ChangeNode[], { style }: Layout): string[] {
  const of = (result: Result) => nodes.filter((node) => node.result === result)
  const unchanged = of('unchanged')
  return [
    ...byReason(of('blocked')).map(([why, list]) => style.bad(`  ⊘ ${why}: ${names(list)}`)),
    ...(unchanged.length === 0
      ? []
      : [style.dim(`  ✓ ${unchanged.length} unchanged: ${names(unchanged)}`)]),
    ...byReason(of('skipped')).map(([why, list]) =>
      style.dim(`  - skipped (${why}): ${names(list)}`),
    ),
  ]
}

function byReason(nodes: readonly ChangeNode[]): [string, ChangeNode[]][] {
  const reasons = new Map<string, ChangeNode[]>()
  for (const node of nodes) {
    const why = sanitiseLine(node.because ?? node.skipped ?? node.result)
    reasons.set(why, [...(reasons.get(why) ?? []), node])
  }
  return [...reasons]
}

function names(nodes: readonly ChangeNode[]): string {
  return namesText(nodes.map((node) => node.component))
}
