import type { Db } from '../platform/db/db.ts'
import type { NewestRun, RunService } from '../runs/index.ts'
import type { ChangeNode, ChangeView } from './change.ts'
import type { Member } from './change-row-store.ts'
import * as changeStore from './change-store.ts'
import { becauseOf, resultOf } from './result.ts'

/** What the services of this slice work with. */
export interface ChangeDependencies {
  /** The run service on a database, or joined to a transaction. */
  readonly runs: (db: Db) => RunService
}

/** A change with all that belongs to it, in four queries. */
export async function viewOf(db: Db, deps: ChangeDependencies, id: number): Promise<ChangeView> {
  const change = await changeStore.get(db, id)
  const environments = await changeStore.environments(db, id)
  const members = await changeStore.members(db, id)
  const newest = await deps.runs(db).newestOfChange(id)
  const runs = new Map(newest.map((one) => [one.run.workspaceId, one]))
  const nodes = members.map((member) => nodeOf(member, runs.get(member.workspaceId)))
  return { change, environments, nodes }
}

function nodeOf(member: Member, newest: NewestRun | undefined): ChangeNode {
  if (newest === undefined) {
    return { ...member, result: 'pending', because: undefined, run: undefined, digest: undefined }
  }
  const { run, provisional, digest } = newest
  const standing = { status: run.status, reason: run.reason, provisional }
  return { ...member, result: resultOf(standing), because: becauseOf(standing), run, digest }
}
