import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import { storableText } from '../../platform/db/stored-text.ts'
import type { Approval } from '../applies/evidence.ts'

/** Approvals of every plan the run ever had, oldest first; each names the digest it is for. */
export async function approvals(db: Db, runId: number): Promise<Approval[]> {
  const rows = await db
    .selectFrom('approvals')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('created_at')
    .execute()
  return rows.map((row) => ({
    digest: row.digest.toString('hex'),
    actor: row.actor,
    overrideReason: row.override_reason ?? undefined,
    createdAt: row.created_at,
  }))
}

/** Approving the same plan again may add the reason of an override, never take one away. */
export async function approve(
  db: Db,
  runId: number,
  approval: Omit<Approval, 'createdAt'>,
): Promise<void> {
  const reason = approval.overrideReason
  await db
    .insertInto('approvals')
    .values({
      run_id: runId,
      digest: Buffer.from(approval.digest, 'hex'),
      actor: storableText(approval.actor),
      override_reason: reason === undefined ? null : storableText(reason),
    })
    .onConflict((existing) =>
      existing.columns(['run_id', 'digest', 'actor']).doUpdateSet((columns) => ({
        override_reason: columns.fn.coalesce(
          'excluded.override_reason',
          'approvals.override_reason',
        ),
      })),
    )
    .execute()
}

/** Whether somebody approved the run's plan, or the one that is being made again. */
export async function hasApproval(db: Db, runId: number): Promise<boolean> {
  const row = await db
    .selectFrom('approvals')
    .innerJoin('plans', (join) =>
      join
        .onRef('plans.run_id', '=', 'approvals.run_id')
        .onRef('plans.digest', '=', 'approvals.digest'),
    )
    .select('approvals.actor')
    .where('approvals.run_id', '=', runId)
    .executeTakeFirst()
  return row !== undefined
}

/** What was agreed to under one digest holds under another as well. Who agreed, oldest first. */
export async function carry(
  db: Db,
  runId: number,
  digests: { readonly from: string; readonly to: string },
): Promise<string[]> {
  const rows = await db
    .insertInto('approvals')
    .columns(['run_id', 'digest', 'actor', 'override_reason', 'created_at'])
    .expression((query) =>
      query
        .selectFrom('approvals')
        .select([
          'run_id',
          sql<Buffer>`${Buffer.from(digests.to, 'hex')}::bytea`.as('digest'),
          'actor',
          'override_reason',
          'created_at',
        ])
        .where('run_id', '=', runId)
        .where('digest', '=', Buffer.from(digests.from, 'hex'))
        .orderBy('created_at'),
    )
    .onConflict((existing) => existing.columns(['run_id', 'digest', 'actor']).doNothing())
    .returning('actor')
    .execute()
  return rows.map((row) => row.actor)
}
