import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Db } from '../../platform/db/db.ts'
import type { Approval } from '../applies/requirements.ts'
import { storableJson, storableText } from '../logs/stored-text.ts'
import type { PlanFacts } from '../run.ts'
import type { StoredPlan } from './stored-plan.ts'

const compress = promisify(gzip)
const decompress = promisify(gunzip)

export interface NewPlan {
  readonly runId: number
  readonly digest: string
  readonly facts: PlanFacts
  readonly applicable: boolean
  /** Undefined for a plan that there is nothing to apply of. */
  readonly sealedFile: Buffer | undefined
  readonly lockFile: string | undefined
  readonly json: string
}

/** Records a plan in the place of the run's former one. */
export async function save(db: Db, plan: NewPlan): Promise<void> {
  await remove(db, plan.runId)
  await db
    .insertInto('plans')
    .values({
      run_id: plan.runId,
      digest: Buffer.from(plan.digest, 'hex'),
      facts: storableJson(plan.facts),
      applicable: plan.applicable,
      sealed_file: plan.sealedFile ?? null,
      lock_file: plan.lockFile === undefined ? null : storableText(plan.lockFile),
      json: await compress(plan.json),
      state_lineage: plan.facts.state?.lineage ?? null,
      state_serial: plan.facts.state?.serial ?? null,
    })
    .execute()
}

/** All of it but the JSON, which may be large, and the file. */
export async function find(db: Db, runId: number): Promise<Omit<StoredPlan, 'json'> | undefined> {
  const row = await db
    .selectFrom('plans')
    .select(['digest', 'facts', 'applicable', 'lock_file', 'created_at'])
    .select((columns) => columns('sealed_file', 'is not', null).as('has_file'))
    .where('run_id', '=', runId)
    .executeTakeFirst()
  if (!row) return undefined
  const facts = row.facts as unknown as PlanFacts
  return {
    runId,
    digest: row.digest.toString('hex'),
    facts: { ...facts, state: facts.state ?? undefined },
    applicable: row.applicable,
    hasFile: Boolean(row.has_file),
    lockFile: row.lock_file ?? undefined,
    createdAt: row.created_at,
  }
}

export async function json(db: Db, runId: number): Promise<string> {
  const row = await db
    .selectFrom('plans')
    .select('json')
    .where('run_id', '=', runId)
    .executeTakeFirstOrThrow()
  return (await decompress(row.json)).toString('utf8')
}

export async function sealedFile(db: Db, runId: number): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('plans')
    .select('sealed_file')
    .where('run_id', '=', runId)
    .executeTakeFirst()
  return row?.sealed_file ?? undefined
}

/** The file holds secrets and has done its work; the rest of the plan stays for the history. */
export async function deleteFile(db: Db, runId: number): Promise<void> {
  await db.updateTable('plans').set({ sealed_file: null }).where('run_id', '=', runId).execute()
}

/** A run that is planned again has no plan until it is made. */
export async function remove(db: Db, runId: number): Promise<void> {
  await db.deleteFrom('plans').where('run_id', '=', runId).execute()
}

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

/** Runs whose present plan somebody approved, of those given. */
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
