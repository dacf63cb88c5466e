import type { Db } from '../platform/db/db.ts'
import { unavailable } from '../platform/errors.ts'
import type { Lock, QuarantinedState, StateVersion } from './state-version.ts'
import type {
  Accountable,
  HistoryPage,
  LockRequest,
  RollbackRequest,
  Upload,
  WriteResult,
} from './upload.ts'

/**
 * The state engine: one append-only log of state versions for each workspace, its lock, and the
 * quarantine of what was refused. Every write locks the workspace's row for the length of one
 * transaction; given a transaction, the service joins it.
 */
export interface StateService {
  /** The version with the highest number; undefined when nothing was ever recorded. */
  current(workspaceId: string): Promise<StateVersion | undefined>
  currentBytes(workspaceId: string): Promise<{ version: StateVersion; bytes: Buffer } | undefined>
  /** The exact bytes that were uploaded; their sha256 is verified. */
  bytes(version: StateVersion): Promise<Buffer>
  /** The stored gzip, as it is (not verified: serve it to clients that accept gzip). */
  compressed(version: StateVersion): Promise<Buffer>
  /** @throws AppError `not_found` */
  version(workspaceId: string, number: number): Promise<StateVersion>
  history(workspaceId: string, page: HistoryPage): Promise<StateVersion[]>

  /** Records a state, or keeps it in quarantine and says why. Never throws for a rejection. */
  write(workspaceId: string, upload: Upload): Promise<WriteResult>
  /**
   * Old content as a new version: serial one above the highest, the same lineage, under the lock.
   * @throws AppError `not_found`, `locked`, `conflict` (another lineage, encrypted), `invalid` (no reason)
   */
  rollback(workspaceId: string, request: RollbackRequest): Promise<StateVersion>

  /**
   * Takes the lock; the holder's own id gets its lock again.
   * @throws AppError `locked` with `details.lock` (a `Lock`, see `shownLockInfo`): held, or the state is
   *   at risk and the operation is an apply; `conflict` for an id that was already released.
   */
  lock(workspaceId: string, request: LockRequest): Promise<Lock>
  /** Releasing a released id again is fine. @throws AppError `conflict` with `details.lock` for another holder's lock */
  unlock(workspaceId: string, lockId: string, actor: string): Promise<void>
  /** Takes the lock away from its holder; undefined when nothing was held. Audited. */
  forceUnlock(workspaceId: string, request: Accountable): Promise<Lock | undefined>
  heldLock(workspaceId: string): Promise<Lock | undefined>

  /** Rejected uploads that nobody has decided on, newest first. */
  quarantined(workspaceId: string): Promise<QuarantinedState[]>
  /** @throws AppError `not_found` */
  quarantinedBytes(id: string): Promise<Buffer>
  /**
   * Makes a rejected upload the current state, with cause `rescue`; its serial is raised when it must be.
   * @throws AppError `not_found`, `locked`, `conflict` (already resolved, another lineage, not a state)
   */
  promote(id: string, request: Accountable): Promise<StateVersion>
  /** @throws AppError `not_found`, `conflict` (already resolved) */
  dismiss(id: string, request: Accountable): Promise<void>
  /** The oldest open rejection of a real apply: until it is resolved applies are refused. */
  atRisk(workspaceId: string): Promise<QuarantinedState | undefined>
}

/** Cheap: call it with a transaction to join that one. */
export function createStateService(db: Db): StateService {
  throw unavailable(`the state engine is not built yet (${typeof db})`)
}
