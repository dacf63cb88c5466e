import { record } from '../../audit/index.ts'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import { type AppError, conflict, invalid, locked } from '../../platform/errors.ts'
import { findAtRisk } from '../quarantine/quarantine-store.ts'
import type { Lock, LockInfo, LockKind, QuarantinedState } from '../state-version.ts'
import type { ForcedRelease, LockRequest } from '../upload.ts'
import { requireReason } from '../versions/reason.ts'
import {
  findLock,
  findRelease,
  holdWorkspace,
  insertLock,
  nameWorkspace,
  releaseLock,
} from './lock-store.ts'
import { shownLockInfo } from './shown-lock.ts'

/** See `StateService.lock`. */
export async function takeLock(db: Db, workspaceId: string, request: LockRequest): Promise<Lock> {
  checkLockId(request.id)
  return inTransaction(db, async (tx) => {
    const { fence } = await holdWorkspace(tx, workspaceId)
    const info = plainInfo(request.info)
    const taken = await insertLock(tx, workspaceId, { ...request, info, isApply: isApply(request) })
    if (taken !== undefined) return taken
    const held = await findLock(tx, workspaceId)
    if (held?.id === request.id && held.actor === request.actor) return held
    if (held !== undefined) throw lockedBy(held)
    await refuseUsedId(tx, workspaceId, request.id)
    const atRisk = await findAtRisk(tx, workspaceId)
    if (atRisk !== undefined) throw refusedAtRisk(atRisk, fence)
    throw new Error('a lock was not taken for no reason')
  })
}

/** See `StateService.unlock`. */
export async function giveLockBack(
  db: Db,
  workspaceId: string,
  release: {
    readonly lockId: string
    readonly actor: string
    readonly kind?: LockKind | undefined
  },
): Promise<void> {
  const { lockId, actor, kind } = release
  checkLockId(lockId)
  return inTransaction(db, async (tx) => {
    await holdWorkspace(tx, workspaceId)
    const held = await findLock(tx, workspaceId)
    const isHolder = held?.id === lockId && (kind === undefined || held.kind === kind)
    // An id that was never seen is buried too: its LOCK may still be under way.
    if (held === undefined || isHolder) return releaseLock(tx, workspaceId, { lockId, actor })
    if ((await findRelease(tx, workspaceId, lockId)) !== undefined) return
    throw heldByAnother(held)
  })
}

/** See `StateService.forceUnlock`. */
export async function takeLockAway(
  db: Db,
  workspaceId: string,
  { actor, reason, lockId }: ForcedRelease,
): Promise<Lock | undefined> {
  requireReason(reason, 'Releasing somebody else’s lock')
  return inTransaction(db, async (tx) => {
    await holdWorkspace(tx, workspaceId)
    const held = await findLock(tx, workspaceId)
    if (held === undefined) return undefined
    if (lockId !== undefined && lockId !== held.id) throw heldByAnother(held)
    await releaseLock(tx, workspaceId, { lockId: held.id, actor, forced: { reason } })
    await record(tx, {
      actor,
      action: 'lock.force-release',
      subject: await nameWorkspace(tx, workspaceId),
      details: { holder: held.actor, lock: shownLockInfo(held).ID, reason },
    })
    return held
  })
}

/** The refusal of somebody who needs a lock that another one holds. */
export function lockedBy(held: Lock): AppError {
  return locked(`the workspace is locked: ${shownLockInfo(held).ID}`, {
    details: { lock: held },
    next: 'Wait until it is released. If nobody is behind it any more, force it open.',
  })
}

/** The refusal of somebody who would end a lock that another one holds. */
export function heldByAnother(held: Lock): AppError {
  return conflict(`the workspace is locked by somebody else: ${shownLockInfo(held).ID}`, {
    details: { lock: held },
    next: 'Only the holder can release its lock. If nobody is behind it any more, force it open.',
  })
}

async function refuseUsedId(db: Db, workspaceId: string, lockId: string): Promise<void> {
  const release = await findRelease(db, workspaceId, lockId)
  if (release === undefined) return
  const how = release.forced ? 'taken away' : 'released'
  throw conflict(
    `the lock ${lockId} was ${how} by ${release.actor} at ${release.releasedAt.toISOString()}: an id is used once`,
    { next: 'Lock again with a fresh id.' },
  )
}

function isApply({ kind, info }: LockRequest): boolean {
  return kind === 'run' || info.Operation === 'OperationTypeApply'
}

// Old clients see nothing but the ID of a lock, so what is wrong is told as if it were one.
function refusedAtRisk(state: QuarantinedState, fence: number): AppError {
  const sentence = `state at risk: an upload by ${state.actor} at ${state.createdAt.toISOString()} was refused (${state.reason})`
  const info = { ID: sentence, Operation: '', Info: '', Who: state.actor, Version: '', Path: '' }
  const lock: Lock = {
    workspaceId: state.workspaceId,
    id: sentence,
    kind: 'person',
    runId: state.runId,
    actor: state.actor,
    info: { ...info, Created: state.createdAt.toISOString() },
    fence,
    createdAt: state.createdAt,
  }
  return locked(sentence, {
    details: { lock, quarantined: state.id },
    next: 'Compare it with the recorded state, then promote or dismiss it. Until then nothing is applied.',
  })
}

function checkLockId(id: string): void {
  if (id === '' || id.length > 1000 || id.includes('\0') || !id.isWellFormed()) {
    throw invalid('a lock needs an id: text of 1 to 1000 characters')
  }
}

// PostgreSQL keeps neither NUL nor half of a surrogate pair in JSON.
function plainInfo(info: LockInfo): LockInfo {
  const plain = (text: string) => text.replaceAll('\0', '').toWellFormed()
  return {
    ID: plain(info.ID),
    Operation: plain(info.Operation),
    Info: plain(info.Info),
    Who: plain(info.Who),
    Version: plain(info.Version),
    Created: plain(info.Created),
    Path: plain(info.Path),
  }
}
