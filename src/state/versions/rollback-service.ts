import { record } from '../../audit/index.ts'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import { conflict } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { lockedBy, takeLock } from '../locks/lock-service.ts'
import { findLock, holdWorkspace, nameWorkspace, releaseLock } from '../locks/lock-store.ts'
import type { Lock, StateVersion } from '../state-version.ts'
import type { LockRequest, RollbackRequest } from '../upload.ts'
import { follow, headerOf } from './follow-service.ts'
import { getVersion, readVersion } from './read-service.ts'
import { requireReason } from './reason.ts'
import { findCurrent } from './version-store.ts'

/** See `StateService.rollback`. */
export async function rollBack(
  db: Db,
  workspaceId: string,
  request: RollbackRequest,
): Promise<StateVersion> {
  const { to, actor, reason } = request
  requireReason(reason, 'A rollback')
  return inTransaction(db, async (tx) => {
    await holdWorkspace(tx, workspaceId)
    const target = await getVersion(tx, workspaceId, to)
    const current = (await findCurrent(tx, workspaceId)) ?? target
    const held = await findLock(tx, workspaceId)
    refuseWithoutLock(held, request.lockId)
    refuseRollback(target, current)
    const bytes = await readVersion(tx, target)
    const lock = held ?? (await takeLock(tx, workspaceId, momentaryLock(request)))
    const version = await follow(tx, current, {
      workspaceId,
      bytes,
      header: headerOf(bytes, `state version ${to}`),
      serial: current.serial + 1,
      origin: { actor, reason, cause: 'rollback', lockId: lock.id, runId: undefined },
    })
    if (held === undefined) await releaseLock(tx, workspaceId, { lockId: lock.id, actor })
    await record(tx, {
      actor,
      action: 'state.rollback',
      subject: await nameWorkspace(tx, workspaceId),
      details: { to, from: current.number, version: version.number, reason },
    })
    return version
  })
}

function refuseWithoutLock(held: Lock | undefined, lockId: string | undefined): void {
  if (held !== undefined && held.id !== lockId) throw lockedBy(held)
  if (held === undefined && lockId !== undefined) {
    throw conflict('the lock that the rollback was to happen under is no longer held', {
      next: 'Lock the workspace again, or leave the lock out.',
    })
  }
}

function refuseRollback(target: StateVersion, current: StateVersion): void {
  if (target.number === current.number) {
    throw conflict(`state version ${target.number} is the current one already`)
  }
  if (target.lineage !== current.lineage) {
    throw conflict(
      `state version ${target.number} is of another lineage (${target.lineage}) than the current one (${current.lineage}): that is no rollback but another state`,
      {
        next: `If you mean it: \`portolan state pull\` that version and \`portolan state push --force\` it.`,
      },
    )
  }
}

function momentaryLock({ actor, reason, to }: RollbackRequest): LockRequest {
  const id = newId()
  const info = { ID: id, Operation: 'state-rollback', Who: actor, Version: '', Path: '' }
  const created = new Date().toISOString()
  return {
    id,
    kind: 'person',
    actor,
    info: { ...info, Info: `to version ${to}: ${reason}`, Created: created },
  }
}
