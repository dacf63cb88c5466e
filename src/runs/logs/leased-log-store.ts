import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import { storableJson, storableText } from '../../platform/db/stored-text.ts'
import { codeOf } from '../../platform/errors.ts'
import type { Lease } from '../leases/lease.ts'
import { leaseLost } from '../leases/lease-store.ts'

// A run writes many of these: each is one statement, not a transaction of four.

/** The row of the lease's run, held until the statement ends. */
function held(lease: Lease) {
  return sql`held as (
    select id, status from runs
    where id = ${lease.runId} and lease_token = ${lease.token} and lease_expires_at is not null
    for update
  )`
}

/**
 * Appends output, which nobody but the lease's holder does, one piece after the other.
 * @throws AppError `conflict` when the lease was lost
 */
export async function appendLeasedLog(db: Db, lease: Lease, text: string): Promise<void> {
  const { rows } = await sql`
    with ${held(lease)}
    insert into run_logs (run_id, seq, phase, text)
    select id, (select coalesce(max(seq), 0) + 1 from run_logs where run_id = held.id),
      case status when 'applying' then 'apply' else 'plan' end, ${storableText(text)}
    from held
    returning seq`.execute(db)
  if (rows.length === 0) throw leaseLost(lease)
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
  try {
    const { rows } = await sql`
      with ${held(lease)}
      insert into run_events (run_id, seq, type, data)
      select id, (select coalesce(max(seq), 0) + 1 from run_events where run_id = held.id),
        ${event.type}, ${storableJson(event.data)}::jsonb
      from held
      returning seq`.execute(db)
    if (rows.length === 0) throw leaseLost(lease)
  } catch (error) {
    // Who held the row before wrote an event too (a cancel): its number was not seen yet.
    if (db.isTransaction || codeOf(error) !== '23505') throw error
    await appendLeasedEvent(db, lease, event)
  }
}
