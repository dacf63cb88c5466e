import { AppError, messageOf } from '../../platform/errors.ts'
import type { Workspace } from '../../projects/index.ts'
import { type ApplyOutcome, type Job, kindOf, type PlanOutcome } from '../../runner/index.ts'
import type { Lease, PlanFacts, Run, StoredPlan } from '../../runs/index.ts'
import type { Context } from '../context.ts'
import { keepLease } from './lease-keeper.ts'
import { ownOwner } from './owner.ts'
import type { RunWatch } from './run-watch.ts'
import { createRunnerPort } from './runner-port.ts'
import { takeTurn } from './turn.ts'
import { turnsOf } from './work-directory.ts'

/** A phase of a run that this process executes. */
export interface PhaseRequest {
  readonly workspace: Workspace
  readonly run: Run
  /** Called when the workspace's directory is ours: the state is read then, and not before. */
  readonly makeJob: () => Promise<Job>
}

/** Plans a run and records how that ended: what goes wrong becomes the run's reason. */
export async function planPhase(
  context: Context,
  request: PhaseRequest,
  watch: RunWatch,
  beforeFinish: (outcome: PlanOutcome) => Promise<void> = async () => {},
): Promise<Run> {
  const { runs } = context
  const { run } = request
  const lease = await runs.startPlanning(run.id, await ownOwner())
  watch.changed({ ...run, status: 'planning' })
  return inTurn(context, { ...request, lease }, watch, async (own, refused) => {
    const outcome = refused ?? (await plan(context, request, { lease, watch: own }))
    await beforeFinish(outcome)
    return context.persist(() => runs.finishPlanning(run.id, lease, outcome))
  })
}

async function plan(
  context: Context,
  { makeJob }: PhaseRequest,
  { lease, watch }: { readonly lease: Lease; readonly watch: RunWatch },
): Promise<PlanOutcome> {
  try {
    const job = await makeJob()
    return await kindOf(job.kind).plan(job, createRunnerPort(context, lease, watch))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const reason = error.next === undefined ? error.message : `${error.message}. ${error.next}`
    return { kind: 'failed', reason }
  }
}

export interface ApplyPhaseRequest {
  readonly workspace: Workspace
  readonly run: Run
  readonly job: Job
  /** What the approval binds, as it is now. */
  readonly facts: PlanFacts
  /** Called when the workspace's directory is ours: another run may have moved its files meanwhile. */
  readonly settle?: () => Promise<void>
}

/**
 * Applies the plan that a run keeps. Everything that the approval binds is looked at again before.
 * @throws AppError `conflict` or `locked` when a requirement is not met: nothing was started
 */
export async function applyPhase(
  context: Context,
  request: ApplyPhaseRequest,
  watch: RunWatch,
): Promise<Run> {
  const { runs } = context
  const { run, job, facts, settle } = request
  const started = await runs.startApplying(run.id, { owner: await ownOwner(), facts })
  const { lease } = started
  watch.changed(started.run)
  return inTurn(context, { ...request, lease }, watch, async (own, refused) => {
    const outcome =
      refused === undefined
        ? await settled(settle, () =>
            kindOf(job.kind).apply(job, createRunnerPort(context, lease, own), started.planFile),
          )
        : { ...refused, state: undefined }
    return context.persist(() => runs.finishApplying(run.id, lease, outcome))
  })
}

/** Nothing was started if the files cannot be put in place. */
async function settled(
  settle: (() => Promise<void>) | undefined,
  apply: () => Promise<ApplyOutcome>,
): Promise<ApplyOutcome> {
  try {
    await settle?.()
  } catch (error) {
    return { kind: 'failed', reason: messageOf(error), state: undefined }
  }
  return apply()
}

/** What the approval of a plan binds, as it is now. */
export async function factsNow(plan: StoredPlan, job: Job): Promise<PlanFacts> {
  return { ...(await kindOf(job.kind).facts(job)), planFile: plan.facts.planFile }
}

type Refused =
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly reason: string }
  | undefined

async function inTurn(
  context: Context,
  { workspace, lease }: { readonly workspace: Workspace; readonly lease: Lease },
  watch: RunWatch,
  work: (watch: RunWatch, refused: Refused) => Promise<Run>,
): Promise<Run> {
  const keeper = keepLease(context, lease, watch)
  const turn = await takeTurn(turnsOf(context, workspace), keeper.watch)
  try {
    const finished = await work(keeper.watch, turn.refused)
    watch.changed(finished)
    return finished
  } catch (error) {
    watch.notice(`The end of run-${lease.runId} could not be recorded: ${messageOf(error)}`)
    throw error
  } finally {
    await turn.release()
    await keeper.release()
  }
}
