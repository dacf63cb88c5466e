import { record } from '../audit/index.ts'
import type { Db } from '../platform/db/db.ts'
import { conflict } from '../platform/errors.ts'
import { type Change, changeName } from './change.ts'
import * as changeStore from './change-store.ts'
import * as memberStore from './member-store.ts'
import { isSettled } from './result.ts'
import { type ChangeDependencies, viewOf } from './view-service.ts'

export interface Act {
  readonly id: number
  readonly actor: string
}

export async function cancel(
  tx: Db,
  deps: ChangeDependencies,
  { id, actor }: Act,
): Promise<Change> {
  refuseOver(await changeStore.get(tx, id))
  await deps.runs(tx).cancelAll(await memberStore.liveRuns(tx, id), actor)
  refuseOver(await changeStore.lock(tx, id))
  await record(tx, { actor, action: 'change.cancel', subject: changeName(id) })
  return changeStore.end(tx, id, { status: 'cancelled', because: `cancelled by ${actor}` })
}

/**
 * Ends a change whose place another one takes: what waits is over, what plans is asked to end. False when
 * something of it is being applied, or nobody saw how that ended: then it stays.
 */
export async function supersede(
  tx: Db,
  deps: ChangeDependencies,
  { id, because, actor }: Act & { readonly because: string },
): Promise<boolean> {
  // Who starts an apply takes it first, too: what is looked at now is still so when the runs are ended.
  await changeStore.lockPullRequest(tx, id)
  if ((await changeStore.get(tx, id)).status !== 'open') return true
  const { nodes } = await viewOf(tx, deps, id)
  const busy = nodes.some(({ result }) => result === 'applying' || result === 'unknown')
  if (busy) return false
  await deps.runs(tx).cancelAll(await memberStore.liveRuns(tx, id), actor)
  const change = await changeStore.lock(tx, id)
  if (change.status !== 'open') return true
  await record(tx, { actor, action: 'change.supersede', subject: changeName(id) })
  await changeStore.end(tx, id, { status: 'closed', because })
  return true
}

export async function finishIfDone(tx: Db, deps: ChangeDependencies, id: number): Promise<Change> {
  const change = await changeStore.lock(tx, id)
  if (change.status !== 'open') return change
  const { nodes } = await viewOf(tx, deps, id)
  if (!nodes.every(({ result }) => isSettled(result))) return change
  return changeStore.end(tx, id, { status: 'done' })
}

/** @throws AppError `conflict` */
export function refuseOver({ id, status, closedBecause }: Change): void {
  if (status === 'open') return
  throw conflict(`${changeName(id)} is ${status}${closedBecause ? `: ${closedBecause}` : ''}`, {
    details: { change: id, status },
    next: 'Make a new change: portolan plan',
  })
}
