import type { Db } from '../../platform/db/db.ts'
import type { RunDependencies } from '../dependencies.ts'
import { type Run, runName } from '../run.ts'
import * as runStore from '../run-store.ts'
import { hasApproval } from './approval-store.ts'
import * as planStore from './plan-store.ts'

/**
 * A newer run answers the same question as older runs that wait: they are closed, unless somebody
 * approved one of them, which is a decision that only staleness undoes. Never touches an apply, nor
 * a change that is applying.
 */
export async function supersedeOlder(tx: Db, deps: RunDependencies, run: Run): Promise<void> {
  const older = (await runStore.live(tx, run.workspaceId)).filter(
    (each) => each.id < run.id && asksTheSame(each, run),
  )
  if (older.length === 0) return
  const changes = older.flatMap((each) => each.changeId ?? [])
  const applying = await runStore.applyingChanges(tx, changes)
  const replaceable =
    run.changeId === undefined
      ? new Set(changes)
      : await deps.changes?.replaceable(tx, { changeIds: changes, by: run.changeId })
  const left = new Set<number>()
  for (const each of older) {
    if (each.changeId !== undefined && applying.has(each.changeId)) continue
    if (each.changeId !== undefined && replaceable?.has(each.changeId) !== true) continue
    const closed = await close(tx, each, `superseded by ${runName(run.id)}`)
    if (closed && each.changeId !== undefined) left.add(each.changeId)
  }
  if (run.changeId === undefined) return
  await deps.changes?.superseded(tx, { changeIds: [...left], by: run.changeId })
}

async function close(tx: Db, run: Run, reason: string): Promise<boolean> {
  const held = (await runStore.lock(tx, run.id)).run
  const waits = held.status === 'queued' || held.status === 'waiting' || held.status === 'planned'
  if (!waits || (await hasApproval(tx, held.id))) return false
  await closeRun(tx, held, reason)
  return true
}

/** In a change the workspace is what counts: its sources may have moved to another directory. */
function asksTheSame(older: Run, newer: Run): boolean {
  const inChanges = older.changeId !== undefined && newer.changeId !== undefined
  return (
    older.operation === newer.operation &&
    (inChanges || older.source.directory === newer.source.directory) &&
    older.options.targets.join('\n') === newer.options.targets.join('\n') &&
    older.options.replace.join('\n') === newer.options.replace.join('\n') &&
    JSON.stringify(older.options.imports ?? []) === JSON.stringify(newer.options.imports ?? [])
  )
}

/** Ends a run that waits; its plan file goes. */
export async function closeRun(tx: Db, run: Run, reason: string): Promise<Run> {
  const closed = await runStore.move(tx, run, { to: 'closed', reason })
  await planStore.deleteFile(tx, run.id)
  return closed
}
