import { record } from '../audit/index.ts'
import type { Db } from '../platform/db/db.ts'
import { conflict } from '../platform/errors.ts'
import { type Run, runName } from '../runs/index.ts'
import { type ChangeView, changeName } from './change.ts'
import * as changeStore from './change-store.ts'
import { type Act, refuseOver } from './ending-service.ts'
import { type ChangeDependencies, viewOf } from './view-service.ts'

export interface Restart extends Act {
  readonly workspaceIds?: readonly string[]
}

export async function restart(
  tx: Db,
  deps: ChangeDependencies,
  { id, actor, workspaceIds }: Restart,
): Promise<ChangeView> {
  const wanted = workspaceIds && new Set(workspaceIds)
  const runs = deps.runs(tx)
  const all = (await runs.newestOfChange(id)).map(({ run }) => run)
  const before = all.filter((run) => wanted?.has(run.workspaceId) ?? true)
  refuseBusy(id, all)
  const waiting = before.filter((run) => run.status === 'waiting')
  await runs.queueAgain(
    waiting.map((run) => run.id),
    actor,
  )
  // Only now: whoever takes runs and changes takes the runs before.
  refuseOver(await changeStore.lock(tx, id))
  const { nodes } = await viewOf(tx, deps, id)
  const ended = nodes.filter(
    ({ workspaceId, result }) =>
      (result === 'failed' || result === 'cancelled') && (wanted?.has(workspaceId) ?? true),
  )
  await runs.createAll(
    ended.flatMap(({ workspaceId, run }) =>
      run === undefined
        ? []
        : [
            {
              changeId: id,
              workspaceId,
              operation: run.operation,
              actor,
              source: run.source,
              options: run.options,
            },
          ],
    ),
  )
  await record(tx, {
    actor,
    action: 'change.restart',
    subject: changeName(id),
    details: { started: ended.length, queued: waiting.length },
  })
  return viewOf(tx, deps, id)
}

function refuseBusy(id: number, runs: readonly Run[]): void {
  const unknown = runs.find((run) => run.status === 'unknown')
  if (unknown !== undefined) {
    throw conflict(`nobody saw how ${runName(unknown.id)} of ${changeName(id)} ended`, {
      next: 'Decide which state is true: portolan state rescue',
    })
  }
  const busy = runs.find((run) => run.status === 'planning' || run.status === 'applying')
  if (busy === undefined) return
  throw conflict(`${changeName(id)} is at work: ${runName(busy.id)} is ${busy.status}`, {
    next: `Wait until it ends, or cancel it: portolan cancel ${changeName(id)}`,
  })
}
