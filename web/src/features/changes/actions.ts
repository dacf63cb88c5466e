import type { PlanSummary } from '../../lib/types.ts'
import type { LiveChange, LiveNode } from './live-change.ts'
import { isAtWork, isPlanned, isSettled, plural } from './results.ts'

/** What may be done now, and to what; or why not, in a sentence. */
export type Possibility =
  | { readonly possible: true; readonly nodes: readonly LiveNode[] }
  | { readonly possible: false; readonly because: string }

function no(because: string): Possibility {
  return { possible: false, because }
}

/** Agree to the plans of an environment, or of one workspace in it. */
export function canApprove(live: LiveChange, environment: string, only?: string): Possibility {
  if (live.change.status !== 'open') return no(over(live))
  if (!live.may.approve.includes(environment)) {
    return no(
      `You may not approve in ${environment}. Ask an administrator for a role that permits it.`,
    )
  }
  const nodes = live.nodes.filter(
    (node) =>
      node.environment === environment &&
      isPlanned(node.result) &&
      (only === undefined || node.name === only),
  )
  if (nodes.length > 0) return { possible: true, nodes }
  return no(
    `No plan ${only === undefined ? `in ${environment}` : `of ${only}`} waits for an approval.`,
  )
}

/** Apply what is planned, as far as gates allow. */
export function canApply(live: LiveChange): Possibility {
  const refusal = untrusted(live) ?? busy(live)
  if (refusal !== undefined) return no(refusal)
  const left = live.nodes.filter(({ result }) => isPlanned(result) || isAhead(result))
  if (left.length === 0) return no('No workspace is left that could be applied.')
  const nodes = left.filter((node) => live.may.apply.includes(node.environment))
  if (nodes.length > 0) return { possible: true, nodes }
  return no(
    `You may not apply in ${environmentsOf(left)}. Ask an administrator for a role that permits it.`,
  )
}

/** Start again at what failed, was cancelled or is blocked. */
export function canResume(live: LiveChange): Possibility {
  const refusal = untrusted(live) ?? busy(live)
  if (refusal !== undefined) return no(refusal)
  const stopped = live.nodes.filter(({ result }) => isStopped(result))
  if (stopped.length === 0) return no('Nothing failed, was cancelled or is blocked.')
  const nodes = stopped.filter((node) => live.may.apply.includes(node.environment))
  if (nodes.length > 0) return { possible: true, nodes }
  return no(
    `You may not apply in ${environmentsOf(stopped)}. Ask an administrator for a role that permits it.`,
  )
}

/** End it: nothing more of it is started. The nodes are those that are not done. */
export function canCancel(live: LiveChange): Possibility {
  if (live.change.status !== 'open') return no(over(live))
  if (!live.may.cancel)
    return no('You may not cancel it. Ask an administrator for a role that permits it.')
  return { possible: true, nodes: live.nodes.filter(({ result }) => !isSettled(result)) }
}

/** End what a server does with it at the moment; it stays open. */
export function canStop(live: LiveChange): Possibility {
  if (live.working === undefined) return no('Nothing of it is at work.')
  if (!live.may.cancel) {
    return no('You may not stop it. Ask an administrator for a role that permits it.')
  }
  return { possible: true, nodes: live.nodes.filter(({ result }) => isAtWork(result)) }
}

function untrusted({ change }: LiveChange): string | undefined {
  return change.options.untrusted === true
    ? 'It comes from a fork, and is never applied from there.'
    : undefined
}

function busy(live: LiveChange): string | undefined {
  if (live.change.status !== 'open') return over(live)
  if (live.working === undefined) return undefined
  return live.working === 'plan' ? 'It is being planned.' : 'It is being applied already.'
}

function over({ change }: LiveChange): string {
  const why = change.closedBecause === undefined ? '' : `: ${change.closedBecause}`
  return `change-${change.id} is ${change.status}${why}.`
}

function isAhead(result: LiveNode['result']): boolean {
  return result === 'pending' || result === 'deferred'
}

function isStopped(result: LiveNode['result']): boolean {
  return result === 'failed' || result === 'cancelled' || result === 'blocked'
}

function environmentsOf(nodes: readonly LiveNode[]): string {
  return [...new Set(nodes.map((node) => node.environment))].join(', ')
}

/** What plans would do together, for whoever has to agree. */
export interface Consequences {
  readonly workspaces: number
  readonly create: number
  readonly update: number
  readonly replace: number
  readonly delete: number
  readonly forget: number
  /** The worst thing that any of the plans says of itself. */
  readonly worst:
    | { readonly name: string; readonly risk: string; readonly severity: Severity }
    | undefined
  /** Protected resources that would end: agreeing needs a reason. */
  readonly protected: readonly string[]
  /** Not planned yet: nobody knows what they will do. */
  readonly unseen: readonly string[]
}

export type Severity = PlanSummary['severity']

const severities = ['none', 'low', 'medium', 'high'] as const satisfies readonly Severity[]

export function consequencesOf(nodes: readonly LiveNode[]): Consequences {
  const planned = nodes.filter(({ summary }) => summary !== undefined)
  const sum = (of: (summary: PlanSummary) => number) =>
    planned.reduce((total, { summary }) => total + (summary === undefined ? 0 : of(summary)), 0)
  return {
    workspaces: nodes.length,
    create: sum((one) => one.create),
    update: sum((one) => one.update),
    replace: sum((one) => one.replace),
    delete: sum((one) => one.delete),
    forget: sum((one) => one.forget),
    worst: worstOf(planned),
    protected: planned.flatMap(({ summary }) => summary?.protected ?? []),
    unseen: nodes
      .filter(
        ({ summary, result }) => summary === undefined && !isSettled(result) && !isAtWork(result),
      )
      .map(({ name }) => name),
  }
}

function worstOf(nodes: readonly LiveNode[]): Consequences['worst'] {
  let worst: Consequences['worst']
  for (const { name, summary } of nodes) {
    if (summary === undefined || summary.risk === '') continue
    const { risk, severity } = summary
    if (worst === undefined || rank(severity) > rank(worst.severity))
      worst = { name, risk, severity }
  }
  return worst
}

function rank(severity: Severity): number {
  return severities.indexOf(severity)
}

/** `creates 3, replaces 1 in 2 workspaces`: what will happen, in half a sentence. */
export function consequencesText(all: Consequences): string {
  const parts = [
    ['creates', all.create],
    ['changes', all.update],
    ['replaces', all.replace],
    ['destroys', all.delete],
    ['forgets', all.forget],
  ].flatMap(([word, count]) => (count === 0 ? [] : [`${word} ${count}`]))
  const where = `in ${plural(all.workspaces, 'workspace')}`
  return parts.length === 0 ? `changes no resource ${where}` : `${parts.join(', ')} ${where}`
}
