import type { KindName } from '../manifest/index.ts'
import { isBlocked, runName } from '../runs/index.ts'
import type { Cause, LockKind } from '../state/index.ts'
import { changeName } from './change.ts'
import { type Deployed, type DeployedRun, isDeployed } from './deployed.ts'

/** Everything that is known of a workspace, whichever way it came there. */
export interface Standing extends Deployed {
  readonly project: string
  /** The manifest at the head has it. */
  readonly declared: boolean
  /** Its component's place in the order of dependencies. */
  readonly position: number | undefined
  readonly kind: KindName | undefined
  /** Why the manifest passes it over. */
  readonly skipped: string | undefined
  /** Names of the workspaces that it needs. */
  readonly needs: readonly string[]
  /** What should be deployed, as the manifest at the head says. */
  readonly wanted: { readonly sourceDigest: string; readonly definitionDigest: string } | undefined
  /** That the last good run's change was made of. */
  readonly appliedBy: StandingPullRequest | undefined
  /** The newest one that was merged and had planned exactly what should be deployed, where that differs. */
  readonly mergedBy: (StandingPullRequest & { readonly at: Date }) | undefined
  /** The newest run that was not given up: how the last thing that somebody wanted went. */
  readonly telling:
    | (DeployedRun & {
        readonly isChangeOpen: boolean
        /** It began to change something. */
        readonly hasBegun: boolean
      })
    | undefined
  /** The newest run that has a plan. */
  readonly planned:
    | {
        readonly id: number
        readonly drifted: number
        readonly at: Date
        readonly hasBegun: boolean
      }
    | undefined
  /** When a run was last applied. */
  readonly appliedAt: Date | undefined
  /** How its current state came about. */
  readonly written:
    | { readonly cause: Cause; readonly actor: string; readonly runId: number | undefined }
    | undefined
  /** Since when the result of a real apply is rejected. */
  readonly atRiskSince: Date | undefined
  /** Of who is no run. */
  readonly lock:
    | {
        readonly kind: LockKind
        readonly actor: string
        readonly info: string
        readonly since: Date
      }
    | undefined
  /** Where the last good run came from. */
  readonly release:
    | {
        readonly commit: string | undefined
        /** Why its change was wanted. */
        readonly reason: string | undefined
        readonly actor: string
      }
    | undefined
}

/** A pull request as far as it explains what is deployed. */
export interface StandingPullRequest {
  readonly number: number
  readonly title: string
  readonly status: 'open' | 'merged' | 'closed'
}

/** How a workspace stands, the worst first. */
export type WorkspaceStatus =
  | 'unknown'
  | 'at-risk'
  | 'running'
  | 'failed'
  | 'waiting'
  | 'locked'
  | 'drifted'
  | 'unmerged'
  | 'pending'
  | 'in-sync'
  | 'never'

export interface StandingStatus {
  readonly status: WorkspaceStatus
  readonly because: string | undefined
}

type Finding = (standing: Standing) => string | undefined

/** The worst first: what is found first is how the workspace stands. */
const findings: readonly (readonly [WorkspaceStatus, Finding])[] = [
  ['unknown', unknown],
  ['at-risk', atRisk],
  ['running', running],
  ['failed', failed],
  ['waiting', waiting],
  ['locked', locked],
  ['drifted', drifted],
  ['unmerged', unmerged],
  ['pending', pending],
]

/** The worst that is true of a workspace, with a sentence. */
export function statusOf(standing: Standing): StandingStatus {
  for (const [status, find] of findings) {
    const because = find(standing)
    if (because !== undefined) return { status, because }
  }
  const isNew = standing.state === undefined && standing.lastGood === undefined
  return { status: isNew ? 'never' : 'in-sync', because: standing.skipped }
}

function unknown({ unknownRun }: Standing): string | undefined {
  if (unknownRun === undefined) return undefined
  return `nobody saw how the apply of ${runName(unknownRun)} ended`
}

function atRisk({ isAtRisk }: Standing): string | undefined {
  return isAtRisk
    ? 'the state that an apply left was rejected: decide which one is true'
    : undefined
}

function running({ telling }: Standing): string | undefined {
  if (telling?.status !== 'planning' && telling?.status !== 'applying') return undefined
  return `${runName(telling.id)} is ${telling.status}`
}

function failed({ telling }: Standing): string | undefined {
  if (telling?.status !== 'failed') return undefined
  // A plan that failed in a change that is over is history; what was half applied is still there.
  const isPast = telling.changeId !== undefined && !telling.isChangeOpen && !telling.hasBegun
  if (isPast) return undefined
  const why = telling.reason === undefined ? '' : `: ${telling.reason}`
  return `${runName(telling.id)} failed${why}`
}

function waiting({ telling }: Standing): string | undefined {
  if (telling?.status !== 'planned' || !telling.isChangeOpen) return undefined
  return `${runName(telling.id)} of ${changeName(telling.changeId ?? 0)} is planned`
}

/** Nobody is asked for anything: it comes after something else of its change. */
function comesLater({ telling }: Standing): string | undefined {
  if (telling === undefined || !telling.isChangeOpen) return undefined
  const name = `${runName(telling.id)} of ${changeName(telling.changeId ?? 0)}`
  if (telling.status === 'queued') return `${name} is to be planned`
  if (telling.status !== 'waiting') return undefined
  return `${name} ${isBlocked(telling.reason) ? 'is ' : ''}${telling.reason ?? 'waits'}`
}

function locked({ lock }: Standing): string | undefined {
  if (lock === undefined) return undefined
  return `${lock.actor} has locked it${lock.info === '' ? '' : `: ${lock.info}`}`
}

const outside: ReadonlySet<Cause> = new Set(['client', 'push', 'mv', 'rm', 'taint'])

function drifted({ state, written, appliedAt, planned }: Standing): string | undefined {
  if (state !== undefined && written !== undefined && appliedAt !== undefined) {
    const isOutside = outside.has(written.cause) && written.runId === undefined
    if (isOutside && state.recordedAt > appliedAt) {
      return `its state was changed outside of a run by ${written.actor}`
    }
  }
  if (planned === undefined || planned.drifted === 0 || planned.hasBegun) return undefined
  if (appliedAt !== undefined && appliedAt > planned.at) return undefined
  const what = planned.drifted === 1 ? '1 resource' : `${planned.drifted} resources`
  return `${runName(planned.id)} found ${what} changed outside of Portolan`
}

/** The pull request that is applied although the head does not have what it says. */
export function unmergedBy(standing: Standing): StandingPullRequest | undefined {
  const { appliedBy } = standing
  if (appliedBy === undefined || appliedBy.status === 'merged') return undefined
  return differs(standing) === undefined ? undefined : appliedBy
}

function unmerged(standing: Standing): string | undefined {
  const by = unmergedBy(standing)
  if (by === undefined || standing.lastGood === undefined) return undefined
  const run = runName(standing.lastGood.id)
  if (by.status === 'closed') {
    return `${run} applied it for #${by.number}, which was closed without being merged`
  }
  return `${run} applied it for #${by.number}, which is not merged`
}

/** The merged pull request whose changes are to be applied here. */
export function unappliedBy(standing: Standing): Standing['mergedBy'] {
  if (unmergedBy(standing) !== undefined || differs(standing) === undefined) return undefined
  return standing.mergedBy
}

function pending(standing: Standing): string | undefined {
  const later = comesLater(standing)
  if (later !== undefined) return later
  const { declared, skipped, lastGood } = standing
  if (declared && skipped === undefined && lastGood?.operation === 'destroy') {
    if (!isDeployed(standing))
      return `${runName(lastGood.id)} destroyed it, and the manifest has it`
  }
  const what = differs(standing)
  if (what === undefined || lastGood === undefined) return undefined
  const merged = unappliedBy(standing)
  const why = `${what} changed since ${runName(lastGood.id)}`
  return merged === undefined ? why : `#${merged.number} is merged, and not applied: ${why}`
}

/** What of it is not as the head says. */
function differs({ declared, skipped, wanted, lastGood, state }: Standing): string | undefined {
  if (!declared || skipped !== undefined || state === undefined) return undefined
  if (wanted === undefined || lastGood?.sourceDigest === undefined) return undefined
  const sources = lastGood.sourceDigest !== wanted.sourceDigest
  const definition = lastGood.definitionDigest !== wanted.definitionDigest
  if (sources && definition) return 'its sources and its definition'
  if (sources) return 'its sources'
  return definition ? 'its definition' : undefined
}
