import { type Selectable, sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'
import type { ChangeWork } from '../platform/db/schema.gen.ts'
import { storableJson } from '../platform/db/stored-text.ts'
import { newId } from '../platform/ids.ts'
import type { HeldWork, Work, WorkLease, WorkRequest } from './work.ts'

/** Seconds that whoever does a work may be silent. */
const LEASE = 30

export type NewWork = Omit<Work, 'isCancelled'>

/** False when something is to be done for the change already. */
export async function insert(db: Db, work: NewWork): Promise<boolean> {
  const row = await db
    .insertInto('change_work')
    .values({
      change_id: work.changeId,
      task: work.task,
      request: storableJson(work.request),
      actor: work.actor,
    })
    .onConflict((conflict) => conflict.column('change_id').doNothing())
    .returning('change_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Gives the oldest work that nobody does to one caller only, however many ask at once. */
export async function claimNext(db: Db, owner: string): Promise<HeldWork | undefined> {
  const free = db
    .selectFrom('change_work')
    .select(['change_id', 'lease_owner'])
    .where(sql<boolean>`(lease_token is null or lease_expires_at < clock_timestamp())`)
    .orderBy('created_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
  const row = await db
    .with('free', () => free)
    .updateTable('change_work')
    .from('free')
    .set({ lease_owner: owner, lease_token: newId(), lease_expires_at: lasting() })
    .whereRef('change_work.change_id', '=', 'free.change_id')
    .returningAll('change_work')
    .returning('free.lease_owner as former_owner')
    .executeTakeFirst()
  if (row?.lease_token == null) return undefined
  return {
    ...toWork(row),
    lease: { changeId: row.change_id, token: row.lease_token },
    isTakenOver: row.former_owner !== null,
  }
}

/** How the work stands; undefined when the lease was lost. */
export async function renew(db: Db, lease: WorkLease): Promise<Work | undefined> {
  const row = await db
    .updateTable('change_work')
    .set({ lease_expires_at: lasting() })
    .where('change_id', '=', lease.changeId)
    .where('lease_token', '=', lease.token)
    .returningAll()
    .executeTakeFirst()
  return row && toWork(row)
}

/** Lets others take it up at once. */
export async function release(db: Db, lease: WorkLease): Promise<void> {
  await db
    .updateTable('change_work')
    .set({ lease_expires_at: over() })
    .where('change_id', '=', lease.changeId)
    .where('lease_token', '=', lease.token)
    .execute()
}

/** The work is done, or given up. */
export async function remove(db: Db, lease: WorkLease): Promise<void> {
  await db
    .deleteFrom('change_work')
    .where('change_id', '=', lease.changeId)
    .where('lease_token', '=', lease.token)
    .execute()
}

/** Whose processes hold work. */
export async function owners(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('change_work')
    .select('lease_owner')
    .distinct()
    .where('lease_owner', 'is not', null)
    .execute()
  return rows.flatMap(({ lease_owner: owner }) => (owner === null ? [] : [owner]))
}

/** Lets others take what a dead owner held. */
export async function abandon(db: Db, owner: string): Promise<void> {
  await db
    .updateTable('change_work')
    .set({ lease_expires_at: over() })
    .where('lease_owner', '=', owner)
    .execute()
}

/** True when there is work to be cancelled. */
export async function requestCancel(db: Db, changeId: number): Promise<boolean> {
  const row = await db
    .updateTable('change_work')
    .set({ cancel_requested_at: sql<Date>`coalesce(cancel_requested_at, clock_timestamp())` })
    .where('change_id', '=', changeId)
    .returning('change_id')
    .executeTakeFirst()
  return row !== undefined
}

export async function listOf(
  db: Db,
  changeIds: readonly number[],
): Promise<ReadonlyMap<number, Work['task']>> {
  if (changeIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('change_work')
    .select(['change_id', 'task'])
    .where('change_id', 'in', changeIds)
    .execute()
  return new Map(rows.map((row) => [row.change_id, row.task as Work['task']]))
}

function lasting() {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${LEASE})`
}

function over() {
  return sql<Date>`clock_timestamp() - interval '1 second'`
}

function toWork(row: Selectable<ChangeWork>): Work {
  return {
    changeId: row.change_id,
    task: row.task as Work['task'],
    // Written by `insert` alone.
    request: row.request as unknown as WorkRequest,
    actor: row.actor,
    isCancelled: row.cancel_requested_at !== null,
  }
}
