import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import { storableJson, storableText } from '../../platform/db/stored-text.ts'
import { codeOf } from '../../platform/errors.ts'
import type { Lease } from '../leases/lease.ts'
import { leaseLost, lockLeased } from '../leases/lease-store.ts'

/**
 * Appends a piece of output.
 * @throws AppError `conflict` when the lease was lost
 */
export async function appendLeasedLog(db: Db, lease: Lease, text: string): Promise<void> {
  await append(
    db,
    lease,
    sql`
      with ${held(lease)}
      insert into run_logs (run_id, seq, phase, text)
      select id, (select coalesce(max(seq), 0) + 1 from run_logs where run_id = held.id),
        case status when 'applying' then 'apply' else 'plan' end, ${storableText(text)}
      from held
      returning seq`,
  )
}

/**
 * Appends something that happened.
 * @throws AppError `conflict` when the lease was lost
 */
export async function appendLeasedEvent(
  db: Db,
  lease: Lease,
  event: { readonly type: string; readonly data: object },
): Promise<void> {
  await append(
    db,
    lease,
    sql`
      with ${held(lease)}
      insert into run_events (run_id, seq, type, data)
      select id, (select coalesce(max(seq), 0) + 1 from run_events where run_id = held.id),
        ${event.type}, ${storableJson(event.data)}::jsonb
      from held
      returning seq`,
  )
}

/** The row of the lease's run, held until the statement ends. */
function held(lease: Lease): RawBuilder<unknown> {
  return sql`held as (
    select id, status from runs
    where id = ${lease.runId} and lease_token = ${lease.token} and lease_expires_at is not null
    for update
  )`
}

/**
 * A run writes many of these: each is one statement, not a transaction of four. One that waited for
 * the run's row has counted before it waited; the primary key refuses its number, and it is tried
 * again. In a transaction nothing can be tried again: there the row is held first.
 */
async function append(db: Db, lease: Lease, statement: RawBuilder<unknown>): Promise<void> {
  if (db.isTransaction) await lockLeased(db, lease)
  for (;;) {
    try {
      const { rows } = await statement.execute(db)
      if (rows.length === 0) throw leaseLost(lease)
      return
    } catch (error) {
      if (db.isTransaction || codeOf(error) !== '23505') throw error
    }
  }
}
