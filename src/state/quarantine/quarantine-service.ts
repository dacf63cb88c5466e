import { record } from '../../audit/index.ts'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import { conflict } from '../../platform/errors.ts'
import { lockedBy } from '../locks/lock-service.ts'
import { findLock, holdWorkspace, nameWorkspace } from '../locks/lock-store.ts'
import type { Lock, QuarantinedState, StateVersion } from '../state-version.ts'
import type { Accountable } from '../upload.ts'
import { follow, headerOf } from '../versions/follow-service.ts'
import { getQuarantined, readQuarantined } from '../versions/read-service.ts'
import { requireReason } from '../versions/reason.ts'
import { findCurrent } from '../versions/version-store.ts'
import { resolveQuarantined } from './quarantine-store.ts'

/** See `StateService.promote`. */
export async function promoteState(
  db: Db,
  id: string,
  { actor, reason }: Accountable,
): Promise<StateVersion> {
  requireReason(reason, 'Promoting a refused state')
  return inTransaction(db, async (tx) => {
    const state = await resolve(tx, id, { as: 'promoted', by: actor })
    const { workspaceId } = state
    const held = await findLock(tx, workspaceId)
    if (held !== undefined && !isUploader(state, held)) throw lockedBy(held)
    const current = await findCurrent(tx, workspaceId)
    const bytes = await readQuarantined(tx, id)
    const header = headerOf(bytes, 'the refused upload')
    if (current !== undefined && current.lineage !== header.lineage) {
      throw otherLineage(current, id)
    }
    const version = await follow(tx, current, {
      workspaceId,
      bytes,
      header,
      serial: Math.max(header.serial, (current?.serial ?? -1) + 1),
      origin: { actor, reason, cause: 'rescue', lockId: state.lockId, runId: state.runId },
    })
    await record(tx, {
      actor,
      action: 'state.promote',
      subject: await nameWorkspace(tx, workspaceId),
      details: { quarantined: id, version: version.number, serial: version.serial, reason },
    })
    return version
  })
}

/** See `StateService.dismiss`. */
export async function dismissState(
  db: Db,
  id: string,
  { actor, reason }: Accountable,
): Promise<void> {
  requireReason(reason, 'Dismissing a refused state')
  return inTransaction(db, async (tx) => {
    const { workspaceId } = await resolve(tx, id, { as: 'dismissed', by: actor })
    await record(tx, {
      actor,
      action: 'state.dismiss',
      subject: await nameWorkspace(tx, workspaceId),
      details: { quarantined: id, reason },
    })
  })
}

async function resolve(
  tx: Db,
  id: string,
  resolution: { readonly as: 'promoted' | 'dismissed'; readonly by: string },
): Promise<QuarantinedState> {
  const { workspaceId } = await getQuarantined(tx, id)
  await holdWorkspace(tx, workspaceId)
  const state = await getQuarantined(tx, id)
  if (await resolveQuarantined(tx, id, resolution)) return state
  throw conflict(`this refused state was already ${state.resolution} by ${state.resolvedBy}`)
}

/** The lock of the very apply whose state did not land does not stand in its way. */
function isUploader(state: QuarantinedState, held: Lock): boolean {
  return held.id === state.lockId || (held.runId !== undefined && held.runId === state.runId)
}

function otherLineage(current: StateVersion, id: string) {
  const short = id.slice(0, 8)
  return conflict(
    `the refused upload is of another lineage than the recorded state (${current.lineage})`,
    {
      next: [
        'If you mean it, look at it, push it, and end the question:',
        `portolan state rescue --pull ${short} > rejected.tfstate`,
        'portolan state push rejected.tfstate --force --reason "…"',
        `portolan state rescue --dismiss ${short} --reason "pushed"`,
      ].join('\n'),
    },
  )
}
