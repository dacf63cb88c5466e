import { createHash } from 'node:crypto'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import { invalid, messageOf } from '../../platform/errors.ts'
import type { RunDependencies } from '../dependencies.ts'
import type { Lease } from '../leases/lease.ts'
import * as leaseStore from '../leases/lease-store.ts'
import type { PlanOutcome } from '../outcome.ts'
import { type Run, runName } from '../run.ts'
import * as runStore from '../run-store.ts'
import { type ApproveRequest, approve, carryApprovals } from './approval-service.ts'
import { planDigest } from './plan-digest.ts'
import { parsePlan, type TerraformPlan } from './plan-json.ts'
import * as planStore from './plan-store.ts'
import { hasChanges } from './plan-summary.ts'
import { type PlannedOutputs, plannedOutputsJson, readPlannedOutputs } from './planned-outputs.ts'
import type { StoredPlan } from './stored-plan.ts'
import { supersedeOlder } from './supersede-service.ts'

/** How a run gets its plan, and how people agree to it. */
export interface PlanningService {
  startPlanning(id: number, owner: string): Promise<Lease>
  finishPlanning(id: number, lease: Lease, outcome: PlanOutcome): Promise<Run>
  plan(id: number): Promise<StoredPlan | undefined>
  plannedOutputs(id: number): Promise<PlannedOutputs | undefined>
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

    plan: (id) => planStore.findWhole(db, id),

    async plannedOutputs(id) {
      const sealed = await planStore.sealedOutputs(db, id)
      return sealed && readPlannedOutputs(deps.seal.open(sealed).toString('utf8'))
    },

    approve: (id, request) =>
      inTransaction(db, async (tx) => {
        const known = await runStore.get(tx, id)
        await deps.changes?.hold(tx, known)
        await runStore.lockWorkspace(tx, known.workspaceId)
        const run = await approve(tx, id, request)
        await deps.changes?.reserve(tx, run)
        return run
      }),
  }
}

async function startPlanning(tx: Db, id: number, owner: string): Promise<Lease> {
  const { run } = await runStore.lock(tx, id)
  await runStore.move(tx, run, { to: 'planning', lease: { take: owner } })
  await planStore.retire(tx, id)
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
    return endWithoutPlan(tx, run, { to: 'cancelled', reason })
  }
  if (outcome.kind === 'failed') {
    return endWithoutPlan(tx, run, { to: 'failed', reason: outcome.reason })
  }
  if (outcome.file !== undefined && sha256(outcome.file) !== outcome.facts.planFile) {
    throw invalid(`the plan file of ${runName(run.id)} is not the one its facts name`, {
      next: 'The plan was not recorded and nothing was changed. Plan again.',
    })
  }
  const parsed = readPlan(outcome.json)
  if ('unreadable' in parsed) {
    return endWithoutPlan(tx, run, { to: 'failed', reason: parsed.unreadable })
  }
  return recordPlan(tx, deps, { run, outcome, plan: parsed.plan })
}

async function endWithoutPlan(
  tx: Db,
  run: Run,
  end: { readonly to: 'cancelled' | 'failed'; readonly reason: string },
): Promise<Run> {
  await planStore.deleteFile(tx, run.id)
  return runStore.move(tx, run, { ...end, lease: 'done' })
}

interface PlanToRecord {
  readonly run: Run
  readonly outcome: Extract<PlanOutcome, { kind: 'planned' }>
  readonly plan: TerraformPlan
}

async function recordPlan(
  tx: Db,
  deps: RunDependencies,
  { run, outcome, plan }: PlanToRecord,
): Promise<Run> {
  const { seal } = deps
  const { facts, fingerprint, summary, file } = outcome
  // What has no file can never be applied: it was made from values that nobody has yet.
  const provisional = file === undefined
  // Without changes today it may have some as soon as its inputs are real.
  const waits = provisional || outcome.changes || hasChanges(summary)
  const digest = planDigest(facts)
  const former = await planStore.former(tx, run.id)
  await planStore.save(tx, {
    runId: run.id,
    digest,
    facts,
    provisional,
    applicable: !provisional && outcome.applicable && plan.errored !== true,
    sealedFile: waits && file ? seal.seal(file) : undefined,
    sealedOutputs: waits ? seal.seal(plannedOutputsJson(outcome.outputs)) : undefined,
    sealedFingerprint: waits ? seal.seal(Buffer.from(JSON.stringify(fingerprint))) : undefined,
    lockFile: outcome.lockFile,
    json: outcome.json,
  })
  const to = waits ? 'planned' : 'unchanged'
  const planned = await runStore.move(tx, run, { to, summary, lease: 'done' })
  if (waits) await carryApprovals(tx, seal, former, { run, digest, facts, fingerprint })
  if (waits || run.changeId !== undefined) await supersedeOlder(tx, deps, planned)
  return planned
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
