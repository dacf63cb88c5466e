import type { Db } from '../platform/db/db.ts'
import { giveLockBack, takeLock, takeLockAway } from './locks/lock-service.ts'
import { findLock } from './locks/lock-store.ts'
import { holdForPerson, letGoOf } from './locks/person-lock-service.ts'
import { dismissState, promoteState } from './quarantine/quarantine-service.ts'
import { findAtRisk, listOpen } from './quarantine/quarantine-store.ts'
import type { Lock, LockKind, QuarantinedState, StateVersion } from './state-version.ts'
import type {
  Accountable,
  ForcedRelease,
  HistoryPage,
  LockRequest,
  RollbackRequest,
  Upload,
  WriteResult,
} from './upload.ts'
import { type GuardLimits, guardLimits } from './versions/decide.ts'
import {
  getVersion,
  readCurrent,
  readCurrentGzip,
  readQuarantined,
  readVersion,
} from './versions/read-service.ts'
import { rollBack } from './versions/rollback-service.ts'
import { findCurrent, listVersions, listVersionsOfRun } from './versions/version-store.ts'
import { writeState } from './versions/write-service.ts'

/**
 * The state engine: one append-only log of state versions for each workspace, its lock, and the
 * quarantine of what was refused. Every write locks the workspace's row for the length of one
 * transaction; given a transaction, the service joins it.
 */
export interface StateService {
  /** The version with the highest number; undefined when nothing was ever recorded. */
  current(workspaceId: string): Promise<StateVersion | undefined>
  currentBytes(workspaceId: string): Promise<{ version: StateVersion; bytes: Buffer } | undefined>
  /** The stored gzip, as it is (not verified: serve it to clients that accept gzip). */
  currentCompressed(
    workspaceId: string,
  ): Promise<{ version: StateVersion; gzip: Buffer } | undefined>
  /** The exact bytes that were uploaded; their sha256 is verified. */
  bytes(version: StateVersion): Promise<Buffer>
  /** @throws AppError `not_found` */
  version(workspaceId: string, number: number): Promise<StateVersion>
  history(workspaceId: string, page: HistoryPage): Promise<StateVersion[]>
  /** What a run recorded, oldest first. */
  versionsOfRun(runId: number): Promise<StateVersion[]>

  /**
   * Records a state, or keeps it in quarantine and says why; never throws for a rejection. In a
   * caller's transaction both are kept only if that one commits.
   */
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
  /**
   * Releasing a released id again is fine. With `kind` only a lock of that kind is released.
   * @throws AppError `conflict` with `details.lock` for another holder's lock
   */
  unlock(workspaceId: string, lockId: string, actor: string, kind?: LockKind): Promise<void>
  /** Takes the lock for a person, with an id made for it; the reason may be empty. Audited. @throws AppError `locked` as `lock` */
  hold(workspaceId: string, request: Accountable): Promise<Lock>
  /**
   * Ends the lock that a person took, of whom it is; undefined when nothing was held. Audited.
   * @throws AppError `conflict` for another holder's lock, or when `lockId` is given and another one is held
   */
  letGo(
    workspaceId: string,
    request: { readonly actor: string; readonly lockId?: string | undefined },
  ): Promise<Lock | undefined>
  /**
   * Takes the lock away from its holder; undefined when nothing was held. Audited.
   * @throws AppError `conflict` with `details.lock` when `lockId` is given and another one is held
   */
  forceUnlock(workspaceId: string, request: ForcedRelease): Promise<Lock | undefined>
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

export interface StateOptions {
  /** When a push that drops resources is refused; the rest keeps its default. */
  readonly limits?: Partial<GuardLimits>
}

/** Cheap: call it with a transaction to join that one. */
export function createStateService(db: Db, options: StateOptions = {}): StateService {
  const limits = { ...guardLimits, ...options.limits }
  return {
    current: (workspaceId) => findCurrent(db, workspaceId),
    currentBytes: (workspaceId) => readCurrent(db, workspaceId),
    currentCompressed: (workspaceId) => readCurrentGzip(db, workspaceId),
    bytes: (version) => readVersion(db, version),
    version: (workspaceId, number) => getVersion(db, workspaceId, number),
    history: (workspaceId, page) => listVersions(db, workspaceId, page),
    write: (workspaceId, upload) => writeState(db, workspaceId, upload, limits),
    rollback: (workspaceId, request) => rollBack(db, workspaceId, request),
    versionsOfRun: (runId) => listVersionsOfRun(db, runId),
    hold: (workspaceId, request) => holdForPerson(db, workspaceId, request),
    letGo: (workspaceId, request) => letGoOf(db, workspaceId, request),
    lock: (workspaceId, request) => takeLock(db, workspaceId, request),
    unlock: (workspaceId, lockId, actor, kind) =>
      giveLockBack(db, workspaceId, { lockId, actor, kind }),
    forceUnlock: (workspaceId, request) => takeLockAway(db, workspaceId, request),
    heldLock: (workspaceId) => findLock(db, workspaceId),
    quarantined: (workspaceId) => listOpen(db, workspaceId),
    quarantinedBytes: (id) => readQuarantined(db, id),
    promote: (id, request) => promoteState(db, id, request),
    dismiss: (id, request) => dismissState(db, id, request),
    atRisk: (workspaceId) => findAtRisk(db, workspaceId),
  }
}
