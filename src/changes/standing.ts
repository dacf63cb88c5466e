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

/** How a workspace stands, the worst first. */
export type WorkspaceStatus =
  | 'unknown'
  | 'at-risk'
  | 'running'
  | 'failed'
  | 'waiting'
  | 'locked'
  | 'drifted'
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

function pending(standing: Standing): string | undefined {
  const later = comesLater(standing)
  if (later !== undefined) return later
  const { declared, skipped, wanted, lastGood, state } = standing
  if (!declared || skipped !== undefined) return undefined
  if (lastGood?.operation === 'destroy' && !isDeployed(standing)) {
    return `${runName(lastGood.id)} destroyed it, and the manifest has it`
  }
  if (wanted === undefined || lastGood?.sourceDigest === undefined || state === undefined) {
    return undefined
  }
  const sources = lastGood.sourceDigest !== wanted.sourceDigest
  const definition = lastGood.definitionDigest !== wanted.definitionDigest
  if (!sources && !definition) return undefined
  const what =
    sources && definition
      ? 'its sources and its definition'
      : sources
        ? 'its sources'
        : 'its definition'
  return `${what} changed since ${runName(lastGood.id)}`
}
