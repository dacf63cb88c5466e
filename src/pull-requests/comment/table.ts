import type { ChangeNode, ChangeView } from '../../changes/index.ts'
import { isQuiet, signs } from './counts-text.ts'
import type { CommentFacts } from './facts.ts'
import { fittingLines, shortened, shortSentence } from './fitting.ts'
import { code, link } from './harmless.ts'

// Whoever applies agrees: that nobody did yet is in nobody's way.
const approving: readonly string[] = ['gate', 'override']

/** Environment, component, plan, approval, apply, link: a row for each workspace where anything moves. */
export function tableOf(facts: CommentFacts, view: ChangeView, bytes: number): string {
  const nodes = view.nodes.filter((node) => !isQuiet(node))
  if (nodes.length === 0) return ''
  const head = [
    '| Environment | Component | Plan | Approval | Apply | |',
    '|---|---|---|---|---|---|',
  ]
  const rows = nodes.map((node) => {
    const cells = [
      shortened(code, node.environment, 150),
      shortened(code, node.component, 200),
      planCell(node),
      approvalCell(facts, node),
      applyCell(facts, node),
      node.run === undefined ? '' : link(`run ${node.run.id}`, facts.urls.run(node.run.id)),
    ]
    return `| ${cells.join(' | ')} |`
  })
  const more = (count: number) => `\n${link(`${count} more workspaces`, facts.urls.change)}`
  return fittingLines([...head, ...rows], bytes, more).join('\n')
}

function planCell({ result, run, because }: ChangeNode): string {
  const summary = run?.summary
  const shown = summary === undefined ? '' : shownPlan(summary)
  const why = because === undefined ? '' : `: ${shortSentence(because, 400)}`
  switch (result) {
    case 'planned':
    case 'applied':
    case 'applying':
      return shown
    case 'provisional':
      return `${shown === '' ? '' : `${shown}, `}provisional${why}`
    case 'pending':
      return 'to be planned'
    case 'planning':
      return 'is being planned'
    case 'deferred':
    case 'blocked':
      return why.slice(2)
    case 'unknown':
      return 'nobody saw how it ended'
    default:
      return `${result}${why}`
  }
}

function shownPlan(summary: NonNullable<NonNullable<ChangeNode['run']>['summary']>): string {
  const risk =
    summary.severity === 'high' || summary.severity === 'medium'
      ? `: ${shortSentence(summary.risk, 400)}`
      : ''
  const level = summary.severity === 'high' ? ' **high risk**' : ''
  const what = signs(summary)
  return `${what === '' ? 'no changes' : `\`${what}\``}${level}${risk}`
}

function approvalCell({ requirements, approvals }: CommentFacts, { name, result }: ChangeNode) {
  if (result !== 'planned' && result !== 'provisional' && result !== 'applied') return ''
  const by = approvals.get(name) ?? []
  const who = by.length === 0 ? '' : `by ${shortSentence(by.join(', '), 150)}`
  const missing = (requirements.get(name) ?? []).filter(
    (one) => !one.met && approving.includes(one.name),
  )
  if (result === 'applied' || missing.length === 0) return who
  return who === '' ? 'missing' : `${who}; more needed`
}

function applyCell({ afterMerge, reservations }: CommentFacts, node: ChangeNode): string {
  switch (node.result) {
    case 'applied':
      return 'done'
    case 'applying':
      return 'at work'
    case 'planned': {
      const held = reservations.find((one) => one.workspace === node.name && one.place > 0)
      if (held !== undefined) return `waits for ${code(`#${held.holder}`)}`
      return afterMerge.includes(node.environment) ? 'by merging' : 'waits'
    }
    default:
      return ''
  }
}

/** Workspaces where nothing is to be done, in one line together. */
export function quietLine({ nodes }: ChangeView, bytes: number): string {
  const unchanged = nodes.filter(({ result }) => result === 'unchanged')
  const skipped = nodes.filter(({ result }) => result === 'skipped')
  return [named('Unchanged', unchanged, bytes / 2), named('Passed over', skipped, bytes / 2)]
    .filter((part) => part !== '')
    .join('\n\n')
}

function named(what: string, nodes: readonly ChangeNode[], bytes: number): string {
  if (nodes.length === 0) return ''
  const names = nodes.map(({ name }) => shortened(code, name, 200))
  const kept = fittingLines(names, bytes - 40, (count) => `and ${count} more`)
  return `${what} (${nodes.length}): ${kept.join(', ').replace(/, (and \d+ more)$/, ' $1')}`
}
