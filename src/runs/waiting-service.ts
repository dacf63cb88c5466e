import type { Db } from '../platform/db/db.ts'
import type { RunDependencies } from './dependencies.ts'
import * as planStore from './plans/plan-store.ts'
import { closeRun, supersedeOlder } from './plans/supersede-service.ts'
import type { Run } from './run.ts'
import * as runStore from './run-store.ts'
import { isDeferred, skippedReason } from './waiting.ts'

/** Lets a run wait that was about to go on. What it planned is not applied any more. */
export async function wait(
  tx: Db,
  deps: RunDependencies,
  { id, reason }: { readonly id: number; readonly reason: string },
): Promise<Run> {
  await runStore.lockWorkspace(tx, (await runStore.get(tx, id)).workspaceId)
  const { run } = await runStore.lock(tx, id)
  if (run.status === 'waiting') {
    return run.reason === reason ? run : runStore.explain(tx, run, reason)
  }
  const waiting = await runStore.move(tx, run, { to: 'waiting', reason })
  await planStore.retire(tx, id)
  // Its change is newer, and it is planned as far as that is possible.
  if (isDeferred(reason)) await supersedeOlder(tx, deps, waiting)
  return waiting
}

/** Ends a run that is passed over. */
export async function skip(
  tx: Db,
  { id, because }: { readonly id: number; readonly because: string },
): Promise<Run> {
  const { run } = await runStore.lock(tx, id)
  return closeRun(tx, run, skippedReason(because))
}
