import { record } from '../../audit/index.ts'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import { newId } from '../../platform/ids.ts'
import type { Lock } from '../state-version.ts'
import type { Accountable } from '../upload.ts'
import { heldByAnother, takeLock } from './lock-service.ts'
import { findLock, holdWorkspace, nameWorkspace, releaseLock } from './lock-store.ts'

/** See `StateService.hold`. */
export async function holdForPerson(
  db: Db,
  workspaceId: string,
  { actor, reason }: Accountable,
): Promise<Lock> {
  return inTransaction(db, async (tx) => {
    await holdWorkspace(tx, workspaceId)
    const name = await nameWorkspace(tx, workspaceId)
    const id = `lock-${newId()}`
    const created = new Date().toISOString()
    const info = { ID: id, Operation: '', Info: reason, Who: actor, Version: '', Path: name }
    const lock = await takeLock(tx, workspaceId, {
      id,
      kind: 'person',
      actor,
      info: { ...info, Created: created },
    })
    await record(tx, {
      actor,
      action: 'lock.take',
      subject: name,
      details: reason === '' ? {} : { reason },
    })
    return lock
  })
}

/** See `StateService.letGo`. */
export async function letGoOf(
  db: Db,
  workspaceId: string,
  { actor, lockId }: { readonly actor: string; readonly lockId?: string | undefined },
): Promise<Lock | undefined> {
  return inTransaction(db, async (tx) => {
    await holdWorkspace(tx, workspaceId)
    const held = await findLock(tx, workspaceId)
    if (held === undefined) return undefined
    const isMeant = lockId === undefined || lockId === held.id
    if (!isMeant || held.kind !== 'person' || held.actor !== actor) throw heldByAnother(held)
    await releaseLock(tx, workspaceId, { lockId: held.id, actor })
    const subject = await nameWorkspace(tx, workspaceId)
    await record(tx, { actor, action: 'lock.release', subject })
    return held
  })
}
