import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import { conflict } from '../../platform/errors.ts'
import { type Run, runName } from '../run.ts'
import { type RunRecord, toRecord, toRun } from '../run-row-store.ts'
import { LEASE_SECONDS, type Lease } from './lease.ts'

/** Time runs on during a transaction that waits, `now()` does not. */
const clock = sql<Date>`clock_timestamp()`

/** When a lease that is taken or renewed now ends. */
export const leaseEnd = sql<Date>`clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})`

/**
 * Holds the row of a run for its runner. A lease whose time is over is still its holder's until
 * somebody takes it away (`lockLost`): a laptop that slept goes on where nobody stepped in.
 * @throws AppError `conflict` when the lease was lost
 */
export async function lockLeased(db: Db, lease: Lease): Promise<RunRecord> {
  const row = await db
    .selectFrom('runs')
    .selectAll()
    .where('id', '=', lease.runId)
    .where('lease_token', '=', lease.token)
    .where('lease_expires_at', 'is not', null)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw leaseLost(lease)
  return toRecord(row)
}

/** The run, when this very lease ended it: the reply to its runner was lost and it asks again. */
export async function alreadyFinished(db: Db, lease: Lease): Promise<Run | undefined> {
  const row = await db
    .selectFrom('runs')
    .selectAll()
    .where('id', '=', lease.runId)
    .where('lease_token', '=', lease.token)
    .where('lease_expires_at', 'is', null)
    .executeTakeFirst()
  return row && toRun(row)
}

/** The lease that a run holds. */
export async function leaseOf(db: Db, id: number): Promise<Lease> {
  const row = await db
    .selectFrom('runs')
    .select(['lease_token', 'lease_expires_at', 'fence'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  if (!row.lease_token || !row.lease_expires_at) throw conflict(`nobody holds ${runName(id)}`)
  return {
    runId: id,
    token: row.lease_token,
    fence: row.fence ?? undefined,
    expiresAt: row.lease_expires_at,
  }
}

/** @throws AppError `conflict` when it was lost: one that was taken away does not come back. */
export async function renew(db: Db, lease: Lease): Promise<void> {
  const row = await db
    .updateTable('runs')
    .set({ lease_expires_at: leaseEnd })
    .where('id', '=', lease.runId)
    .where('lease_token', '=', lease.token)
    .where('lease_expires_at', 'is not', null)
    .returning('id')
    .executeTakeFirst()
  if (!row) throw leaseLost(lease)
}

/** Who holds the leases of all runs that are planning or applying. */
export async function owners(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('runs')
    .select('lease_owner')
    .distinct()
    .where('status', 'in', ['planning', 'applying'])
    .execute()
  return rows.flatMap((row) => row.lease_owner ?? [])
}

/** Holds one run whose runner is gone: past its lease, or of an owner that is known to be dead. */
export async function lockLost(db: Db, owner?: string): Promise<RunRecord | undefined> {
  const query = db
    .selectFrom('runs')
    .selectAll()
    .where('status', 'in', ['planning', 'applying'])
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked()
  const row = await (owner === undefined
    ? query.where('lease_expires_at', '<=', clock)
    : query.where('lease_owner', '=', owner)
  ).executeTakeFirst()
  return row && toRecord(row)
}

function leaseLost(lease: Lease) {
  const name = runName(lease.runId)
  return conflict(`the lease on ${name} was lost: its runner was taken for dead, or it is over`, {
    details: { run: lease.runId, lease: 'lost' },
    next: `Stop what still runs for it. See how it stands: portolan status ${name}`,
  })
}
