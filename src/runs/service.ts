import { record } from '../audit/index.ts'
import { type Db, inTransaction } from '../platform/db/db.ts'
import {
  createApplyingService,
  type StartApplyingRequest,
  type StartedApply,
} from './applies/applying-service.ts'
import type { Approval, Requirement } from './applies/evidence.ts'
import { finishApplying } from './applies/finishing-service.ts'
import { keepLiveState } from './applies/live-state-service.ts'
import { cancel, endLost, type RecoverRequest, recover } from './applies/recovery-service.ts'
import type { RunDependencies } from './dependencies.ts'
import type { ExpectedSeconds } from './duration-store.ts'
import * as durationStore from './duration-store.ts'
import type { Lease } from './leases/lease.ts'
import * as leaseStore from './leases/lease-store.ts'
import type { LogLine, RunEvent } from './logs/log-store.ts'
import * as logStore from './logs/log-store.ts'
import * as many from './many-service.ts'
import type { NewestRun } from './many-store.ts'
import * as manyStore from './many-store.ts'
import type { ApplyOutcome, PlanOutcome } from './outcome.ts'
import type { ApproveRequest } from './plans/approval-service.ts'
import * as approvalStore from './plans/approval-store.ts'
import * as planStore from './plans/plan-store.ts'
import type { PlannedOutputs } from './plans/planned-outputs.ts'
import { createPlanningService } from './plans/planning-service.ts'
import type { StoredPlan } from './plans/stored-plan.ts'
import { type Operation, type PlanFacts, type Run, runName } from './run.ts'
import * as runStore from './run-store.ts'
import { skip, wait } from './waiting-service.ts'

/**
 * Runs of workspaces. Every transition is one transaction, which also writes the event log and,
 * where a person acted, the audit log; given a transaction, the service joins it.
 */
export interface RunService {
  /** A new run, queued. */
  create(input: runStore.NewRun): Promise<Run>
  /** New runs, at most one for a workspace; in the given order. */
  createAll(inputs: readonly runStore.NewRun[]): Promise<Run[]>
  /** @throws AppError `not_found` */
  get(id: number): Promise<Run>
  /** Newest first; `before` is the id of the last run already seen. */
  list(
    workspaceId: string,
    page: { readonly before?: number; readonly limit: number },
  ): Promise<Run[]>
  /** The newest run of each workspace of a change. */
  newestOfChange(changeId: number): Promise<NewestRun[]>
  /** Runs that are not over, oldest first. */
  live(workspaceId: string): Promise<Run[]>

  /** Gives one runner the planning. A planned run is planned again: its plan and approvals go. @throws AppError `conflict` */
  startPlanning(id: number, owner: string): Promise<Lease>
  /**
   * Ends planning as `planned`, `unchanged`, `failed` or `cancelled`. Older runs that wait with the same
   * question and that nobody approved are closed as superseded. Repeating it is fine.
   * @throws AppError `conflict` when the lease was lost, `invalid` when the file is not the one of the facts
   */
  finishPlanning(id: number, lease: Lease, outcome: PlanOutcome): Promise<Run>
  /** Everything that was recorded of the plan but its file; undefined when there is none. */
  plan(id: number): Promise<StoredPlan | undefined>
  /** The same without its JSON, which may be large. */
  planHead(id: number): Promise<Omit<StoredPlan, 'json'> | undefined>
  /** The outputs that the plan foresees, unmasked; undefined when there is no plan, or it was applied. */
  plannedOutputs(id: number): Promise<PlannedOutputs | undefined>
  /** Lets a queued or planned run wait: `waits for db.host`, `blocked by db@dev`. @throws AppError `conflict` */
  wait(id: number, reason: string): Promise<Run>
  /** Ends a run that is passed over: it is closed, for the reason `skipped: …`. @throws AppError `conflict` */
  skip(id: number, because: string): Promise<Run>
  /** The same for many at once. @throws AppError `conflict` */
  skipAll(runs: readonly { readonly id: number; readonly because: string }[]): Promise<Run[]>
  /** Queues waiting runs again. @throws AppError `conflict` */
  queueAgain(ids: readonly number[], actor: string): Promise<Run[]>

  /** What must hold before the run may apply, and whether it does. `facts` are as they are now. */
  requirements(id: number, facts: PlanFacts): Promise<Requirement[]>
  /**
   * Agrees to exactly the plan with this digest. The pull request of its change reserves the workspace.
   * @throws AppError `conflict` when the plan is another one
   */
  approve(id: number, request: ApproveRequest): Promise<Run>
  /** Of every plan that the run ever had, oldest first. */
  approvals(id: number): Promise<Approval[]>
  /** The same of many runs at once. */
  approvalsOf(ids: readonly number[]): Promise<ReadonlyMap<number, readonly Approval[]>>
  /**
   * Checks every requirement again, locks the workspace and makes the run `applying`, in one
   * transaction: durable before Terraform starts.
   * @throws AppError `conflict` or `locked`, with `details.unmet`
   */
  startApplying(id: number, request: StartApplyingRequest): Promise<StartedApply>
  /**
   * Records the state under the fence and ends the run; one whose state is rejected, or whose end
   * nobody saw, becomes `unknown` and keeps the lock. Repeating it is fine.
   * @throws AppError `conflict` when the lease was lost; a state that comes with it is kept
   */
  finishApplying(id: number, lease: Lease, outcome: ApplyOutcome): Promise<Run>

  /** @throws AppError `conflict` when it was lost: an expired lease does not come back. */
  renew(lease: Lease): Promise<void>
  /** Ends runs past their lease: planning ones failed, applying ones `unknown` with the lock kept. */
  expire(): Promise<Run[]>
  /** Who holds the leases of the runs that are planning or applying. */
  owners(): Promise<string[]>
  /** The same at once, for an owner that is known to be dead. */
  abandon(owner: string): Promise<Run[]>
  /** What waits is cancelled at once; planning and applying runs are asked to end (`cancelRequestedBy`). */
  cancel(id: number, actor: string): Promise<Run>
  /** The same for many at once; what is over stays as it is. @throws AppError `conflict` for an `unknown` one */
  cancelAll(ids: readonly number[], actor: string): Promise<void>
  /**
   * Leads an `unknown` run out, as `failed`: records which state is true and releases the lock. Audited.
   * @throws AppError `conflict` (not unknown, or that state cannot follow), `invalid` (no reason), `not_found` (nothing was seen)
   */
  recover(id: number, request: RecoverRequest): Promise<Run>

  /** Appends output, redacted by the runner. @throws AppError `conflict` when the lease was lost */
  log(lease: Lease, text: string): Promise<void>
  /** Output after the piece with number `after`, in order; no more than `limit` pieces. */
  logs(id: number, after: number, limit?: number): Promise<LogLine[]>
  /** The number of the last piece of output of each of these runs. */
  lastPieces(ids: readonly number[]): Promise<ReadonlyMap<number, number>>
  /** Appends something that happened. @throws AppError `conflict` when the lease was lost */
  event(lease: Lease, type: string, data: object): Promise<void>
  /** Events after the one with number `after`, in order. */
  events(id: number, after: number): Promise<RunEvent[]>
  /** Keeps a complete state that was seen while applying, if it is newer than the one kept. @throws AppError `conflict`, `invalid` */
  liveState(lease: Lease, bytes: Buffer): Promise<void>

  /** How long an apply takes, in seconds: the median of the last five. */
  expectedSeconds(workspaceId: string, operation: Operation): Promise<number | undefined>
  /** The same for planning and the operation, of many workspaces at once. */
  expectedSecondsOf(
    workspaceIds: readonly string[],
    operation: Operation,
  ): Promise<ReadonlyMap<string, ExpectedSeconds>>
}

/** Cheap: call it with a transaction to join that one. */
export function createRunService(db: Db, deps: RunDependencies): RunService {
  return {
    ...createPlanningService(db, deps),
    ...createApplyingService(db, deps),

    create: (input) => inTransaction(db, (tx) => create(tx, input)),
    createAll: (inputs) => inTransaction(db, (tx) => many.createAll(tx, inputs)),
    wait: (id, reason) => inTransaction(db, (tx) => wait(tx, deps, { id, reason })),
    skip: (id, because) => inTransaction(db, (tx) => skip(tx, { id, because })),
    skipAll: (those) => inTransaction(db, (tx) => many.skipAll(tx, those)),
    queueAgain: (ids, actor) => inTransaction(db, (tx) => many.queueAgain(tx, ids, actor)),
    cancelAll: (ids, actor) => inTransaction(db, (tx) => many.cancelAll(tx, ids, actor)),
    planHead: (id) => planStore.find(db, id),
    approvals: (id) => approvalStore.approvals(db, id),
    approvalsOf: (ids) => approvalStore.approvalsOf(db, ids),
    get: (id) => runStore.get(db, id),
    list: (workspaceId, page) => runStore.list(db, workspaceId, page),
    newestOfChange: (changeId) => manyStore.newestOfChange(db, changeId),
    live: (workspaceId) => runStore.live(db, workspaceId),
    async expectedSeconds(workspaceId, operation) {
      const expected = await durationStore.expectedSeconds(db, [workspaceId], operation)
      return expected.get(workspaceId)?.apply
    },
    expectedSecondsOf: (ids, operation) => durationStore.expectedSeconds(db, ids, operation),

    finishApplying: (id, lease, outcome) =>
      finishApplying(db, deps, { lease: { ...lease, runId: id }, outcome }),
    liveState: (lease, bytes) => keepLiveState(db, lease, bytes),

    renew: (lease) => leaseStore.renew(db, lease),
    expire: () => endLost(db),
    owners: () => leaseStore.owners(db),
    abandon: (owner) => endLost(db, owner),
    cancel: (id, actor) => inTransaction(db, (tx) => cancel(tx, id, actor)),
    recover: (id, request) => inTransaction(db, (tx) => recover(tx, deps, { id, ...request })),

    log: (lease, text) =>
      inTransaction(db, async (tx) => {
        const { run } = await leaseStore.lockLeased(tx, lease)
        const phase = run.status === 'applying' ? 'apply' : 'plan'
        await logStore.appendLog(tx, run.id, { phase, text })
      }),
    event: (lease, type, data) =>
      inTransaction(db, async (tx) => {
        const { run } = await leaseStore.lockLeased(tx, lease)
        await logStore.appendEvent(tx, run.id, { type, data })
      }),
    logs: (id, after, limit) => logStore.logs(db, id, { after, limit }),
    lastPieces: (ids) => logStore.lastPieces(db, ids),
    events: (id, after) => logStore.events(db, id, after),
  }
}

async function create(tx: Db, input: runStore.NewRun): Promise<Run> {
  const run = await runStore.insert(tx, input)
  const { actor, operation, workspaceId } = input
  await logStore.appendEvent(tx, run.id, { type: 'created', data: { by: actor, operation } })
  await record(tx, {
    actor,
    action: 'run.create',
    subject: runName(run.id),
    details: { operation, workspace: workspaceId },
  })
  return run
}
