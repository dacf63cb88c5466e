import type { Gate } from '../manifest/index.ts'
import { type Approval, decideGate, type PlanSummary, unknownAuthor } from '../runs/index.ts'
import type { LockKind } from '../state/index.ts'
import { changeName, type Result } from './change.ts'
import { isSettled } from './result.ts'
import {
  type Standing,
  type StandingPullRequest,
  statusOf,
  unappliedBy,
  unmergedBy,
} from './standing.ts'

/** A workspace of an open change, as far as somebody may have to do something about it. */
export interface OpenPlan {
  readonly project: string
  readonly changeId: number
  /** Who made the change. */
  readonly author: string
  readonly isAuthorKnown: boolean
  /** The number of the pull request that the change was made of. */
  readonly pullRequest: number | undefined
  readonly component: string
  readonly environment: string
  /** The environment that its own comes after. */
  readonly after: string | undefined
  readonly gate: Gate | undefined
  /** A server is at work on the change. */
  readonly isWorking: boolean
  readonly runId: number
  readonly result: Result
  readonly reason: string | undefined
  readonly at: Date
  readonly risk: Risk | undefined
  readonly digest: string | undefined
}

interface Risk {
  readonly severity: PlanSummary['severity']
  readonly sentence: string
}

/** What an inbox is made of. */
export interface InboxFacts {
  readonly standings: readonly Standing[]
  readonly plans: readonly OpenPlan[]
  /** By run. */
  readonly approvals: ReadonlyMap<number, readonly Approval[]>
  readonly now: Date
}

/** What has to be done about something; who may do it is decided where it is known who asks. */
export type Asks =
  | {
      readonly to: 'approve'
      readonly gate: Gate
      readonly author: string
      readonly isAuthorKnown: boolean
      /** The approvals of each plan that waits. */
      readonly approvals: readonly (readonly Approval[])[]
    }
  | { readonly to: 'apply' | 'plan' | 'recover' | 'decide' }
  | { readonly to: 'unlock'; readonly kind: LockKind; readonly holder: string }

/** Something that waits for a person. */
export interface InboxEntry {
  readonly kind:
    | 'unknown'
    | 'at-risk'
    | 'approval'
    | 'failed'
    /** What a pull request has applied is not merged. */
    | 'unmerged'
    /** What was merged is not applied. */
    | 'unapplied'
    | 'drifted'
    | 'locked'
  readonly sentence: string
  readonly project: string
  readonly environment: string
  readonly changeId: number | undefined
  readonly runId: number | undefined
  /** The number of the pull request that it is about. */
  readonly pullRequest: number | undefined
  readonly workspaces: readonly string[]
  readonly risk: Risk | undefined
  readonly since: Date
  readonly asks: Asks
}

const urgency: readonly InboxEntry['kind'][] = [
  'unknown',
  'at-risk',
  'approval',
  'failed',
  'unmerged',
  'unapplied',
  'drifted',
  'locked',
]

/** Everything that waits for somebody, the most urgent first, then what waits longest. */
export function inboxOf(facts: InboxFacts): InboxEntry[] {
  const entries = [
    ...facts.standings.flatMap((standing) => troubleOf(standing, facts.now)),
    ...unmergedPlaces(facts),
    ...unappliedPlaces(facts),
    ...driftedPlaces(facts.standings),
    ...changePlaces(facts.plans).flatMap((place) => [
      ...waitingIn(place, facts),
      ...failedIn(place),
    ]),
  ]
  return entries.toSorted(
    (a, b) =>
      urgency.indexOf(a.kind) - urgency.indexOf(b.kind) || a.since.getTime() - b.since.getTime(),
  )
}

function troubleOf(standing: Standing, now: Date): InboxEntry[] {
  const { unknownRun, atRiskSince, lock } = standing
  const entries: InboxEntry[] = []
  const { because = '' } = statusOf(standing)
  if (unknownRun !== undefined) {
    const since = standing.telling?.at ?? now
    const found = entryOf(standing, { kind: 'unknown', because, since, asks: { to: 'recover' } })
    entries.push({ ...found, runId: unknownRun })
  }
  if (atRiskSince !== undefined) {
    const why = 'the state that an apply left was rejected'
    const asks = { to: 'decide' } as const
    entries.push(entryOf(standing, { kind: 'at-risk', because: why, since: atRiskSince, asks }))
  }
  if (lock !== undefined && now.getTime() - lock.since.getTime() > HOUR) {
    const why = `${lock.actor} holds the lock${lock.info === '' ? '' : ` (${lock.info})`}`
    const asks = { to: 'unlock', kind: lock.kind, holder: lock.actor } as const
    entries.push(entryOf(standing, { kind: 'locked', because: why, since: lock.since, asks }))
  }
  return entries
}

const HOUR = 60 * 60_000

interface Trouble extends Pick<InboxEntry, 'kind' | 'since' | 'asks'> {
  readonly because: string
}

function entryOf(
  { project, component, environment }: Standing,
  { kind, because, since, asks }: Trouble,
): InboxEntry {
  const name = `${component}@${environment}`
  return {
    kind,
    sentence: `${name}: ${because}`,
    project,
    environment,
    changeId: undefined,
    runId: undefined,
    pullRequest: undefined,
    workspaces: [name],
    risk: undefined,
    since,
    asks,
  }
}

/** What a pull request explains in one environment. */
interface PullRequestPlace {
  readonly first: Standing
  readonly by: StandingPullRequest
  readonly names: readonly string[]
  /** When the first of them was applied, as far as that is known. */
  readonly appliedAt: Date | undefined
}

function pullRequestPlaces(
  standings: readonly Standing[],
  find: (standing: Standing) => StandingPullRequest | undefined,
): PullRequestPlace[] {
  const found = standings.flatMap((standing) => {
    const by = find(standing)
    return by === undefined ? [] : [{ standing, by }]
  })
  const places = Map.groupBy(found, ({ standing: { project, environment }, by }) =>
    JSON.stringify([project, environment, by.number]),
  )
  return [...places.values()].flatMap((those) => {
    const [first] = those
    const names = those.map(({ standing }) => nameOf(standing))
    const applied = those.flatMap(({ standing }) => standing.appliedAt ?? [])
    const appliedAt = applied.length === 0 ? undefined : oldest(applied)
    return first === undefined ? [] : [{ first: first.standing, by: first.by, names, appliedAt }]
  })
}

/** Applied for a pull request that is not merged: at once when it is over or applied in part, else after a while. */
function unmergedPlaces({ standings, plans, now }: InboxFacts): InboxEntry[] {
  const own = standings.filter((standing) => unmergedBy(standing) !== undefined)
  return pullRequestPlaces(own, unmergedBy).flatMap(({ first, by, names, appliedAt }) => {
    const its = plans.filter(
      ({ project, pullRequest }) => project === first.project && pullRequest === by.number,
    )
    const left = its.filter(({ result }) => !isSettled(result))
    const since = appliedAt ?? now
    const isRecent = now.getTime() - since.getTime() <= HOUR
    if (its.some(({ isWorking }) => isWorking)) return []
    if (by.status === 'open' && left.length === 0 && isRecent) return []
    const entry = entryOf(first, { kind: 'unmerged', because: '', since, asks: { to: 'apply' } })
    const where = listOf(names)
    const is = names.length === 1 ? 'is' : 'are'
    const what =
      by.status === 'closed'
        ? `#${by.number} was closed without being merged, and ${where} ${is} as it wanted`
        : `#${by.number} is applied in ${where}, and not merged${left.length === 0 ? '' : `; ${listOf(left.map(nameOf))} ${left.length === 1 ? 'is' : 'are'} still to be applied`}`
    return [{ ...entry, sentence: what, workspaces: names, pullRequest: by.number }]
  })
}

function unappliedPlaces({ standings, now }: InboxFacts): InboxEntry[] {
  const late = standings.filter((standing) => {
    const by = unappliedBy(standing)
    return by !== undefined && now.getTime() - by.at.getTime() > HOUR
  })
  return pullRequestPlaces(late, unappliedBy).map(({ first, by, names }) => {
    const since = unappliedBy(first)?.at ?? now
    const entry = entryOf(first, { kind: 'unapplied', because: '', since, asks: { to: 'plan' } })
    const sentence = `#${by.number} is merged, and not applied in ${listOf(names)}`
    return { ...entry, sentence, workspaces: names, pullRequest: by.number }
  })
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
}

/** One entry for each environment: reality may have moved in many workspaces at once. */
function driftedPlaces(standings: readonly Standing[]): InboxEntry[] {
  const drifted = standings.filter((standing) => statusOf(standing).status === 'drifted')
  const places = Map.groupBy(drifted, (one) => JSON.stringify([one.project, one.environment]))
  return [...places.values()].flatMap((those) => {
    const [first] = those
    if (first === undefined) return []
    const since = oldest(
      those.map((one) => one.planned?.at ?? one.state?.recordedAt ?? new Date(0)),
    )
    const because = statusOf(first).because ?? ''
    const entry = entryOf(first, { kind: 'drifted', because, since, asks: { to: 'plan' } })
    if (those.length === 1) return [{ ...entry, runId: first.planned?.id }]
    return [
      {
        ...entry,
        sentence: `${those.length} workspaces of ${first.environment} drifted; ${entry.sentence}`,
        workspaces: those.map(nameOf),
      },
    ]
  })
}

/** An environment of an open change. */
interface ChangePlace {
  readonly first: OpenPlan
  readonly plans: readonly OpenPlan[]
  /** What it comes after has proven itself. */
  readonly isNext: boolean
}

function changePlaces(plans: readonly OpenPlan[]): ChangePlace[] {
  const changes = Map.groupBy(plans, (plan) => plan.changeId)
  return [...changes.values()].flatMap((own) => {
    const places = Map.groupBy(own, (plan) => plan.environment)
    return [...places.values()].flatMap((here) => {
      const [first] = here
      if (first === undefined) return []
      const before = first.after === undefined ? [] : (places.get(first.after) ?? [])
      return [{ first, plans: here, isNext: before.every(({ result }) => isSettled(result)) }]
    })
  })
}

/** What waits for an approval or an apply. What is at work, or comes later, waits for nobody yet. */
function waitingIn({ first, plans, isNext }: ChangePlace, facts: InboxFacts): InboxEntry[] {
  const planned = plans.filter(({ result }) => result === 'planned')
  if (!isNext || first.isWorking || planned.length === 0) return []
  const { environment, gate, author, isAuthorKnown } = first
  const asked = { environment, gate, author, isAuthorKnown }
  const approvalsOf = (plan: OpenPlan) => facts.approvals.get(plan.runId) ?? []
  const missing = new Map(
    planned.map((plan) => [
      plan,
      decideGate({ ...asked, digest: plan.digest, approvals: approvalsOf(plan) }).missing,
    ]),
  )
  const gated = planned.filter((plan) => (missing.get(plan) ?? 0) > 0)
  if (gate === undefined || gated.length === 0) {
    const what = planned.length === 1 ? '1 plan waits' : `${planned.length} plans wait`
    const sentence = `${environment}: ${what} to be applied`
    return [ofChange(first, planned, { kind: 'approval', sentence, asks: { to: 'apply' } })]
  }
  const most = Math.max(...missing.values())
  const approvals = most === 1 ? '1 approval' : `${most} approvals`
  const from = gate.from.length === 0 ? '' : ` from ${gate.from.join(' or ')}`
  const of = gated.length === 1 ? '1 plan' : `${gated.length} plans`
  const present = gated.map((plan) =>
    approvalsOf(plan).filter((approval) => approval.digest === plan.digest),
  )
  return [
    ofChange(first, gated, {
      kind: 'approval',
      sentence: [
        `${environment} waits for ${approvals}${from} of ${of}`,
        ...unknownAuthor(asked),
      ].join('; '),
      asks: { to: 'approve', gate, author, isAuthorKnown, approvals: present },
    }),
  ]
}

function failedIn({ first, plans }: ChangePlace): InboxEntry[] {
  const failed = plans.filter(({ result }) => result === 'failed')
  const [one] = failed
  if (one === undefined) return []
  const why = one.reason === undefined ? '' : `: ${one.reason}`
  const sentence =
    failed.length === 1
      ? `${nameOf(one)} failed${why}`
      : `${failed.length} workspaces of ${first.environment} failed; ${nameOf(one)}${why}`
  return [ofChange(first, failed, { kind: 'failed', sentence, asks: { to: 'apply' } })]
}

function ofChange(
  { project, environment, changeId }: OpenPlan,
  plans: readonly OpenPlan[],
  what: Pick<InboxEntry, 'kind' | 'sentence' | 'asks'>,
): InboxEntry {
  const [only] = plans
  return {
    ...what,
    sentence: `${changeName(changeId)}: ${what.sentence}`,
    project,
    environment,
    changeId,
    runId: plans.length === 1 ? only?.runId : undefined,
    pullRequest: only?.pullRequest,
    workspaces: plans.map(nameOf),
    risk: worst(plans),
    since: oldest(plans.map(({ at }) => at)),
  }
}

const severities: readonly Risk['severity'][] = ['none', 'low', 'medium', 'high']

function worst(plans: readonly OpenPlan[]): Risk | undefined {
  return plans
    .flatMap(({ risk }) => risk ?? [])
    .reduce<Risk | undefined>(
      (most, risk) =>
        most === undefined || severities.indexOf(risk.severity) > severities.indexOf(most.severity)
          ? risk
          : most,
      undefined,
    )
}

function oldest(moments: readonly Date[]): Date {
  return new Date(Math.min(...moments.map((moment) => moment.getTime())))
}

function nameOf({ component, environment }: { component: string; environment: string }): string {
  return `${component}@${environment}`
}
