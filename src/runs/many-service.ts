import { recordAll } from '../audit/index.ts'
import type { Db } from '../platform/db/db.ts'
import { conflict } from '../platform/errors.ts'
import * as manyStore from './many-store.ts'
import * as planStore from './plans/plan-store.ts'
import { type Run, runName } from './run.ts'
import type { NewRun } from './run-store.ts'
import { skippedReason } from './waiting.ts'

/** New runs, at most one for a workspace, in the given order. */
export async function createAll(tx: Db, inputs: readonly NewRun[]): Promise<Run[]> {
  const runs = await manyStore.insertAll(tx, inputs)
  await manyStore.appendEvents(
    tx,
    runs.map(({ id, actor, operation }) => ({
      runId: id,
      type: 'created',
      data: { by: actor, operation },
    })),
  )
  await recordAll(
    tx,
    runs.map(({ id, actor, operation, workspaceId }) => ({
      actor,
      action: 'run.create',
      subject: runName(id),
      details: { operation, workspace: workspaceId },
    })),
  )
  return runs
}

/** Ends runs that are passed over. @throws AppError `conflict` */
export async function skipAll(
  tx: Db,
  passed: readonly { readonly id: number; readonly because: string }[],
): Promise<Run[]> {
  const reasons = new Map(passed.map(({ id, because }) => [id, skippedReason(because)]))
  const held = await manyStore.lockAll(tx, [...reasons.keys()])
  const moves = held.map(({ run }) => ({ run, reason: reasons.get(run.id) }))
  const skipped = await manyStore.moveAll(tx, moves, { to: 'closed' })
  await planStore.deleteFiles(tx, [...reasons.keys()])
  return skipped
}

/** Queues runs again that wait for something which may have come. @throws AppError `conflict` */
export async function queueAgain(tx: Db, ids: readonly number[], actor: string): Promise<Run[]> {
  const held = await manyStore.lockAll(tx, ids)
  const moves = held.map(({ run }) => ({ run, reason: undefined }))
  return manyStore.moveAll(tx, moves, { to: 'queued', actor })
}

/**
 * What waits is over at once; what a runner holds is asked to end; what is over stays as it is.
 * @throws AppError `conflict` when nobody saw how one of them ended
 */
export async function cancelAll(tx: Db, ids: readonly number[], actor: string): Promise<void> {
  const runs = (await manyStore.lockAll(tx, ids)).map((held) => held.run)
  const unknown = runs.filter((run) => run.status === 'unknown')
  if (unknown.length > 0) {
    throw conflict(
      `${manyStore.someNames(unknown)} cannot be cancelled: nobody saw how the apply ended`,
      { next: 'Decide which state is true: portolan state rescue' },
    )
  }
  const waiting = runs.filter(waits)
  const held = runs.filter((run) => isHeld(run) && run.cancelRequestedBy === undefined)
  const reason = `cancelled by ${actor}`
  await manyStore.moveAll(
    tx,
    waiting.map((run) => ({ run, reason })),
    { to: 'cancelled', actor },
  )
  await planStore.deleteFiles(
    tx,
    waiting.map((run) => run.id),
  )
  await manyStore.requestCancelAll(tx, held, actor)
  await recordAll(
    tx,
    [...waiting, ...held].map((run) => ({
      actor,
      action: 'run.cancel',
      subject: runName(run.id),
    })),
  )
}

function waits({ status }: Run): boolean {
  return status === 'queued' || status === 'waiting' || status === 'planned'
}

function isHeld({ status }: Run): boolean {
  return status === 'planning' || status === 'applying'
}
