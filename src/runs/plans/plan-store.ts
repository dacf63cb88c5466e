import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import type { Json } from '../../platform/db/schema.gen.ts'
import { storableJson, storableText } from '../../platform/db/stored-text.ts'
import type { PlanFacts } from '../run.ts'
import { hasApproval } from './approval-store.ts'
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
  readonly provisional: boolean
  readonly sealedOutputs: Buffer | undefined
  readonly sealedFingerprint: Buffer | undefined
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
      provisional: plan.provisional,
      sealed_outputs: plan.sealedOutputs ?? null,
      sealed_fingerprint: plan.sealedFingerprint ?? null,
    })
    .execute()
}

type WithoutJson = Omit<StoredPlan, 'json'>

/** All of it but the JSON, which may be large, and the file. */
export async function find(db: Db, runId: number): Promise<WithoutJson | undefined> {
  const row = await presentPlan(db, runId).executeTakeFirst()
  return row && toPlan(row)
}

/** All of it but the file. */
export async function findWhole(db: Db, runId: number): Promise<StoredPlan | undefined> {
  const row = await presentPlan(db, runId).select('json').executeTakeFirst()
  return row && { ...toPlan(row), json: (await decompress(row.json)).toString('utf8') }
}

function presentPlan(db: Db, runId: number) {
  return db
    .selectFrom('plans')
    .select(['run_id', 'digest', 'facts', 'applicable', 'provisional', 'lock_file', 'created_at'])
    .select((columns) => columns('sealed_file', 'is not', null).as('has_file'))
    .where('run_id', '=', runId)
    .where('outdated', '=', false)
}

type PlanRow = Awaited<ReturnType<ReturnType<typeof presentPlan>['executeTakeFirstOrThrow']>>

function toPlan(row: PlanRow): WithoutJson {
  return {
    runId: row.run_id,
    digest: row.digest.toString('hex'),
    facts: toFacts(row.facts),
    applicable: row.applicable,
    provisional: row.provisional,
    hasFile: Boolean(row.has_file),
    lockFile: row.lock_file ?? undefined,
    createdAt: row.created_at,
  }
}

// Only `save` writes the facts; JSON has no undefined.
function toFacts(json: Json): PlanFacts {
  const facts = json as unknown as PlanFacts
  return { ...facts, state: facts.state ?? undefined }
}

export async function sealedFile(db: Db, runId: number): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('plans')
    .select('sealed_file')
    .where('run_id', '=', runId)
    .where('outdated', '=', false)
    .executeTakeFirst()
  return row?.sealed_file ?? undefined
}

export async function sealedOutputs(db: Db, runId: number): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('plans')
    .select('sealed_outputs')
    .where('run_id', '=', runId)
    .where('outdated', '=', false)
    .executeTakeFirst()
  return row?.sealed_outputs ?? undefined
}

/** What is sealed holds secrets and has done its work; the rest of the plan stays for the history. */
export async function deleteFile(db: Db, runId: number): Promise<void> {
  await deleteFiles(db, [runId])
}

export async function deleteFiles(db: Db, runIds: readonly number[]): Promise<void> {
  await db
    .updateTable('plans')
    .set({ sealed_file: null, sealed_outputs: null, sealed_fingerprint: null })
    .where('run_id', '=', sql<number>`any(${runIds}::bigint[])`)
    .execute()
}

/** What a plan was that is being made again. */
export interface FormerPlan {
  readonly digest: string
  readonly facts: PlanFacts
  readonly sealedFingerprint: Buffer
}

/**
 * A run that is planned again has no plan until it is made. What it was is kept as long as somebody
 * agreed to it: the new one may be covered by that.
 */
export async function retire(db: Db, runId: number): Promise<void> {
  if (!(await hasApproval(db, runId))) return remove(db, runId)
  await db
    .updateTable('plans')
    .set({ outdated: true, sealed_file: null, sealed_outputs: null })
    .where('run_id', '=', runId)
    .execute()
}

export async function former(db: Db, runId: number): Promise<FormerPlan | undefined> {
  const row = await db
    .selectFrom('plans')
    .select(['digest', 'facts', 'sealed_fingerprint'])
    .where('run_id', '=', runId)
    .where('outdated', '=', true)
    .executeTakeFirst()
  if (!row?.sealed_fingerprint) return undefined
  return {
    digest: row.digest.toString('hex'),
    facts: toFacts(row.facts),
    sealedFingerprint: row.sealed_fingerprint,
  }
}

async function remove(db: Db, runId: number): Promise<void> {
  await db.deleteFrom('plans').where('run_id', '=', runId).execute()
}
