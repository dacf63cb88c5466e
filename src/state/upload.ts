import type {
  Cause,
  LockInfo,
  LockKind,
  QuarantinedState,
  RejectionCode,
  StateVersion,
} from './state-version.ts'

/** By what right somebody writes: nothing, the id of a lock, or the fence of a run's lock. */
export type Authority =
  | { readonly kind: 'none' }
  | { readonly kind: 'lock'; readonly lockId: string }
  | { readonly kind: 'fence'; readonly fence: number }

/** A state that somebody wants recorded. */
export interface Upload {
  /** The exact bytes as they came; they are stored as they are. */
  readonly bytes: Buffer
  readonly actor: string
  readonly cause: Cause
  readonly reason?: string
  readonly runId?: number
  readonly authority: Authority
  /** `state push --force`: may change the lineage, go back, shrink. Audited. Never set by the `http` door. */
  readonly force?: { readonly reason: string }
}

export type WriteResult =
  | { readonly kind: 'written'; readonly version: StateVersion }
  /** The very same bytes are already current: a repeated request whose reply was lost. */
  | { readonly kind: 'repeated'; readonly version: StateVersion }
  /** Nothing was recorded; the upload is kept whole in quarantine. */
  | {
      readonly kind: 'rejected'
      readonly code: RejectionCode
      /** A sentence for people. */
      readonly reason: string
      readonly quarantined: QuarantinedState
    }

export interface LockRequest {
  /** Used once and never again: choose a fresh one for each lock. */
  readonly id: string
  readonly kind: LockKind
  readonly actor: string
  readonly info: LockInfo
  readonly runId?: number
}

export interface RollbackRequest {
  /** Number of the version whose content comes back. */
  readonly to: number
  readonly actor: string
  readonly reason: string
  /** Needed when the workspace is locked: the id of that lock. */
  readonly lockId?: string
}

/** Who did something that is audited, and why; the reason is not empty. */
export interface Accountable {
  readonly actor: string
  readonly reason: string
}

export interface ForcedRelease extends Accountable {
  /** The lock that is meant: another one, taken meanwhile, stays. */
  readonly lockId?: string | undefined
}

/** A page of the log, newest first; `before` is the number of the last version already seen. */
export interface HistoryPage {
  readonly before?: number
  readonly limit: number
}
