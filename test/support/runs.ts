import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { changesOfRuns } from '../../src/changes/index.ts'
import type { Db } from '../../src/platform/db/db.ts'
import {
  createRunService,
  type PlanFacts,
  type PlanFingerprint,
  type PlannedOutputs,
  type PlanOutcome,
  type PlanSummary,
  planDigest,
  type RunOptions,
  type RunService,
  type RunSource,
} from '../../src/runs/index.ts'
import { createSeal } from '../../src/secrets/index.ts'
import { createStateService } from '../../src/state/index.ts'

const key = randomBytes(32)

/** The run service as it is in the product, with a key of this process. */
export function aRunService(db: Db, policy: { selfOverride?: boolean } = {}): RunService {
  return createRunService(db, {
    state: createStateService,
    seal: createSeal(key, 'plan file'),
    changes: changesOfRuns,
    ...policy,
  })
}

export const aSource: RunSource = {
  directory: '/srv/shop/network',
  commit: 'c0ffee',
  branch: 'main',
  dirty: false,
}

export const someOptions: RunOptions = {
  planOnly: false,
  targets: [],
  replace: [],
  refresh: true,
  variableNames: [],
  variableFiles: [],
}

export const aSummary: PlanSummary = {
  create: 1,
  update: 0,
  replace: 0,
  delete: 0,
  forget: 0,
  import: 0,
  move: 0,
  outputs: [],
  drifted: 0,
  risk: 'creates 1 resource',
  severity: 'low',
  protected: [],
  changes: [],
}

export const noChanges: PlanSummary = {
  ...aSummary,
  create: 0,
  risk: 'no changes',
  severity: 'none',
}

interface FactParts extends Partial<Omit<PlanFacts, 'planFile'>> {
  readonly file?: Buffer
}

/** Facts of a plan file, made from no state unless `parts` say otherwise. */
export function someFacts({ file = randomBytes(64), ...parts }: FactParts = {}): PlanFacts {
  return {
    planFile: createHash('sha256').update(file).digest('hex'),
    source: 'source-1',
    state: undefined,
    inputs: 'inputs-1',
    tool: 'terraform 1.11.4',
    ...parts,
  }
}

interface PlanParts extends Omit<FactParts, 'file'> {
  readonly summary?: PlanSummary
  readonly changes?: boolean
  readonly json?: string
  readonly outputs?: PlannedOutputs
  readonly fingerprint?: PlanFingerprint
}

/** A plan that can be applied. */
export type Planned = Extract<PlanOutcome, { kind: 'planned' }> & { readonly file: Buffer }

/** What a runner reports of a plan that creates something. */
export function aPlan({
  summary = aSummary,
  changes = true,
  json,
  outputs = {},
  fingerprint = aFingerprint(),
  ...facts
}: PlanParts = {}): Planned {
  const file = Buffer.concat([Buffer.from('db_password=hunter22 '), randomBytes(32)])
  return {
    kind: 'planned',
    facts: someFacts({ file, ...facts }),
    file,
    json: json ?? '{"format_version":"1.2","applyable":true,"errored":false}',
    summary,
    changes,
    applicable: true,
    outputs,
    fingerprint,
    lockFile: undefined,
  }
}

/** What a plan does to one resource: the attributes that are known, by name. */
export function aFingerprint(after: Readonly<Record<string, string>> = {}): PlanFingerprint {
  return {
    salt: 'salt',
    changes: [{ address: 'terraform_data.a', actions: ['create'], before: {}, after }],
  }
}

/** What a runner reports of a plan that was made from planned values: it keeps no file. */
export function aProvisionalPlan(parts: PlanParts = {}) {
  return { ...aPlan(parts), file: undefined, applicable: false }
}

/** A run of alice that is planned, and what an apply of it needs. */
export async function aPlannedRun(runs: RunService, workspaceId: string, plan: Planned = aPlan()) {
  const { id } = await runs.create({
    workspaceId,
    operation: 'apply',
    actor: 'alice',
    source: aSource,
    options: someOptions,
  })
  const lease = await runs.startPlanning(id, 'runner-1')
  const run = await runs.finishPlanning(id, lease, plan)
  return { id, run, facts: plan.facts, digest: planDigest(plan.facts), file: plan.file }
}

/** The same, approved by alice. */
export async function anApprovedRun(
  runs: RunService,
  workspaceId: string,
  plan: Planned = aPlan(),
) {
  const planned = await aPlannedRun(runs, workspaceId, plan)
  await runs.approve(planned.id, { digest: planned.digest, actor: 'alice' })
  return planned
}

/** The same, applying in the hands of `runner-1`. */
export async function anApplyingRun(
  runs: RunService,
  workspaceId: string,
  plan: Planned = aPlan(),
) {
  const approved = await anApprovedRun(runs, workspaceId, plan)
  const { facts } = approved
  return { ...approved, ...(await runs.startApplying(approved.id, { owner: 'runner-1', facts })) }
}

/** Lets the database's clock pass the lease of a run. */
export async function letLeaseRunOut(db: Db, id: number): Promise<void> {
  await sql`update runs set lease_expires_at = clock_timestamp() - interval '1 second' where id = ${id}`.execute(
    db,
  )
}

/** Until another connection of this database waits for a lock: a race is on. */
export function somebodyWaits(db: Db): Promise<void> {
  return untilWaiting(db, 1)
}

/** Until so many connections of this database wait for locks. */
export async function untilWaiting(db: Db, count: number): Promise<void> {
  for (;;) {
    const { rows } = await sql`select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
    if (rows.length >= count) return
    await delay(2)
  }
}
