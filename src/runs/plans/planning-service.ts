import { createHash } from 'node:crypto'
import { record } from '../../audit/index.ts'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import { conflict, invalid, messageOf } from '../../platform/errors.ts'
import type { RunDependencies } from '../dependencies.ts'
import type { Lease } from '../leases/lease.ts'
import * as leaseStore from '../leases/lease-store.ts'
import * as logStore from '../logs/log-store.ts'
import type { PlanOutcome } from '../outcome.ts'
import { isFinal, type Run, runName } from '../run.ts'
import * as runStore from '../run-store.ts'
import { planDigest } from './plan-digest.ts'
import { parsePlan, type TerraformPlan } from './plan-json.ts'
import * as planStore from './plan-store.ts'
import { hasChanges } from './plan-summary.ts'
import type { StoredPlan } from './stored-plan.ts'

export interface ApproveRequest {
  /** The digest that the person saw. */
  readonly digest: string
  readonly actor: string
  /** Why protected resources may go, in this plan only. */
  readonly overrideReason?: string
}

/** How a run gets its plan, and how people agree to it. */
export interface PlanningService {
  startPlanning(id: number, owner: string): Promise<Lease>
  finishPlanning(id: number, lease: Lease, outcome: PlanOutcome): Promise<Run>
  plan(id: number): Promise<StoredPlan | undefined>
  approve(id: number, request: ApproveRequest): Promise<Run>
}

export function createPlanningService(db: Db, deps: RunDependencies): PlanningService {
  return {
    startPlanning: (id, owner) => inTransaction(db, (tx) => startPlanning(tx, id, owner)),

    finishPlanning: (id, lease, outcome) =>
      inTransaction(db, async (tx) => {
        // A newer plan closes older runs of the workspace: their rows are taken in one order.
        await runStore.lockWorkspace(tx, (await runStore.get(tx, id)).workspaceId)
        return finishPlanning(tx, deps, { lease: { ...lease, runId: id }, outcome })
      }),

    async plan(id) {
      const plan = await planStore.find(db, id)
      return plan && { ...plan, json: await planStore.json(db, id) }
    },

    approve: (id, request) => inTransaction(db, (tx) => approve(tx, id, request)),
  }
}

async function startPlanning(tx: Db, id: number, owner: string): Promise<Lease> {
  const { run } = await runStore.lock(tx, id)
  await runStore.move(tx, run, { to: 'planning', lease: { take: owner } })
  // An approval names the digest of the plan that goes here, so it goes with it.
  await planStore.remove(tx, id)
  return leaseStore.leaseOf(tx, id)
}

interface FinishedPlanning {
  readonly lease: Lease
  readonly outcome: PlanOutcome
}

async function finishPlanning(
  tx: Db,
  deps: RunDependencies,
  { lease, outcome }: FinishedPlanning,
): Promise<Run> {
  const finished = await leaseStore.alreadyFinished(tx, lease)
  if (finished) return finished
  const { run } = await leaseStore.lockLeased(tx, lease)
  if (run.cancelRequestedBy !== undefined || outcome.kind === 'cancelled') {
    const reason = run.cancelRequestedBy ? `cancelled by ${run.cancelRequestedBy}` : 'cancelled'
    return runStore.move(tx, run, { to: 'cancelled', reason, lease: 'done' })
  }
  if (outcome.kind === 'failed') {
    return runStore.move(tx, run, { to: 'failed', reason: outcome.reason, lease: 'done' })
  }
  if (outcome.file !== undefined && sha256(outcome.file) !== outcome.facts.planFile) {
    throw invalid(`the plan file of ${runName(run.id)} is not the one its facts name`, {
      next: 'The plan was not recorded and nothing was changed. Plan again.',
    })
  }
  const parsed = readPlan(outcome.json)
  if ('unreadable' in parsed) {
    return runStore.move(tx, run, { to: 'failed', reason: parsed.unreadable, lease: 'done' })
  }
  return recordPlan(tx, deps, { run, outcome, plan: parsed.plan })
}

interface PlanToRecord {
  readonly run: Run
  readonly outcome: Extract<PlanOutcome, { kind: 'planned' }>
  readonly plan: TerraformPlan
}

async function recordPlan(
  tx: Db,
  { seal }: RunDependencies,
  { run, outcome, plan }: PlanToRecord,
): Promise<Run> {
  const changes = outcome.changes || hasChanges(outcome.summary)
  await planStore.save(tx, {
    runId: run.id,
    digest: planDigest(outcome.facts),
    facts: outcome.facts,
    applicable: plan.errored !== true && plan.applyable !== false,
    sealedFile: changes && outcome.file ? seal.seal(outcome.file) : undefined,
    lockFile: outcome.lockFile,
    json: outcome.json,
  })
  const { summary } = outcome
  if (!changes) return runStore.move(tx, run, { to: 'unchanged', summary, lease: 'done' })
  const planned = await runStore.move(tx, run, { to: 'planned', summary, lease: 'done' })
  await supersedeOlder(tx, planned)
  return planned
}

/**
 * A newer plan answers the same question as older runs that wait: they are closed, unless somebody
 * approved one of them, which is a decision that only staleness undoes. Never touches an apply.
 */
async function supersedeOlder(tx: Db, run: Run): Promise<void> {
  const reason = `superseded by ${runName(run.id)}`
  for (const older of await runStore.live(tx, run.workspaceId)) {
    if (older.id >= run.id || !asksTheSame(older, run)) continue
    const held = (await runStore.lock(tx, older.id)).run
    if (held.status !== 'queued' && held.status !== 'waiting' && held.status !== 'planned') continue
    if (await planStore.hasApproval(tx, held.id)) continue
    await closeRun(tx, held, reason)
  }
}

function asksTheSame(older: Run, newer: Run): boolean {
  return (
    older.operation === newer.operation &&
    older.source.directory === newer.source.directory &&
    older.options.targets.join('\n') === newer.options.targets.join('\n') &&
    older.options.replace.join('\n') === newer.options.replace.join('\n')
  )
}

/** Ends a run that waits; its plan file goes. */
export async function closeRun(tx: Db, run: Run, reason: string): Promise<void> {
  await runStore.move(tx, run, { to: 'closed', reason })
  await planStore.deleteFile(tx, run.id)
}

async function approve(tx: Db, id: number, request: ApproveRequest): Promise<Run> {
  const { run } = await runStore.lock(tx, id)
  const name = runName(id)
  if (run.status !== 'planned') {
    throw conflict(`${name} is ${run.status}: there is no plan to approve`, {
      next: isFinal(run.status) ? 'Start a new run.' : 'Approve it when it is planned.',
    })
  }
  const plan = await planStore.find(tx, id)
  if (plan?.digest !== request.digest) {
    throw conflict(`${name} was planned again since you looked: this is not its plan any more`, {
      details: { digest: plan?.digest ?? null },
      next: 'Look at the new plan and approve that.',
    })
  }
  const overrideReason = request.overrideReason?.trim() || undefined
  await planStore.approve(tx, id, { ...request, overrideReason })
  const data = {
    by: request.actor,
    digest: request.digest,
    ...(overrideReason === undefined ? {} : { override: overrideReason }),
  }
  await logStore.appendEvent(tx, id, { type: 'approved', data })
  await record(tx, {
    actor: request.actor,
    action: overrideReason === undefined ? 'run.approve' : 'run.override',
    subject: name,
    details: { digest: request.digest, ...(overrideReason ? { reason: overrideReason } : {}) },
  })
  return run
}

function readPlan(json: string): { plan: TerraformPlan } | { unreadable: string } {
  try {
    return { plan: parsePlan(json) }
  } catch (error) {
    return { unreadable: messageOf(error) }
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
