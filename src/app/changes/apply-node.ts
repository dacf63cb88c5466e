import { createReservationService, type TaskEnd } from '../../changes/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { Job } from '../../runner/index.ts'
import {
  isFinal,
  type PlanFacts,
  type Requirement,
  type Run,
  type StoredPlan,
  skippedBecause,
} from '../../runs/index.ts'
import { applyPhase, factsNow } from '../runs/run-phase.ts'
import type { ApplyChangeRequest } from './change-requests.ts'
import { type ChangeWork, tell, type WorkNode } from './change-work.ts'
import { nodeJob, siteNode } from './node-job.ts'
import { planNode, resolveNode, watchNode } from './plan-node.ts'

export interface ApplyPolicy {
  readonly actor: string
  readonly personId: string | undefined
  readonly approve: ApplyChangeRequest['approve']
  readonly override: string | undefined
}

/** What is in the way of applying a workspace. */
export interface Held {
  readonly name: string
  readonly environment: string
  readonly unmet: readonly Pick<Requirement, 'name' | 'sentence'>[]
}

/**
 * Applies a workspace of a change whose needs are all fulfilled: looks at its inputs again, plans it
 * again if anything moved or the plan was provisional, and applies what is approved.
 */
export async function applyNode(
  work: ChangeWork,
  node: WorkNode,
  policy: ApplyPolicy,
  hold: (held: Held) => void,
): Promise<TaskEnd> {
  const over = endedAlready(node.run)
  if (over !== undefined) return over
  const ready = await readyToApply(work, node)
  if (ready !== undefined) return agreeAndApply(work, node, { policy, ready }, hold)
  const end = await planNode(work, node)
  if (end === 'failed' || isFinal(node.run.status)) return end
  const replanned = await readyToApply(work, node)
  if (replanned !== undefined) return agreeAndApply(work, node, { policy, ready: replanned }, hold)
  hold(heldBy(node, node.because ?? 'its plan was not made from real values'))
  return 'held'
}

function endedAlready({ status, reason }: Run): TaskEnd | undefined {
  switch (status) {
    case 'applied':
    case 'unchanged':
      return 'ok'
    case 'closed':
      return skippedBecause(reason) === undefined ? 'failed' : 'ok'
    case 'failed':
    case 'cancelled':
    case 'applying':
    case 'unknown':
      return 'failed'
    default:
      return undefined
  }
}

interface Ready {
  readonly plan: StoredPlan
  readonly job: Job
  readonly facts: PlanFacts
}

/** The job of a run whose plan was made from real values, if nothing moved since. */
async function readyToApply(work: ChangeWork, node: WorkNode): Promise<Ready | undefined> {
  if (node.run.status !== 'planned') return undefined
  const plan = await work.context.runs.plan(node.run.id)
  if (plan === undefined || plan.provisional || !plan.hasFile) return undefined
  const resolution = await resolveNode(work, node)
  if (resolution instanceof AppError || resolution.certainty !== 'known') return undefined
  const { context, watch } = work
  try {
    return await context.site.alone(siteNode(work, node), watch.cancelled, async () => {
      const job = await nodeJob(work, node, resolution, { phase: 'apply', provisional: false })
      const facts = await factsNow(plan, job)
      return isSame(plan, facts) ? { plan, job, facts } : undefined
    })
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

function isSame(plan: StoredPlan, now: PlanFacts): boolean {
  const then = plan.facts
  return (
    then.source === now.source &&
    then.inputs === now.inputs &&
    then.tool === now.tool &&
    then.state?.lineage === now.state?.lineage &&
    then.state?.serial === now.state?.serial
  )
}

async function agreeAndApply(
  work: ChangeWork,
  node: WorkNode,
  { policy, ready }: { readonly policy: ApplyPolicy; readonly ready: Ready },
  hold: (held: Held) => void,
): Promise<TaskEnd> {
  await agree(work, node, { policy, plan: ready.plan })
  const { site } = work.context
  const settle = async () => {
    await site.root(siteNode(work, node))
  }
  const request = { workspace: node.workspace, run: node.run, ...ready, settle }
  const watch = watchNode(work, node, 'apply')
  const leave = await site.place(work.watch.cancelled)
  try {
    const started = { ...watch, changed: (run: Run) => onStart(work, node, run) }
    const run = await applyPhase(work.context, request, started)
    work.outputs.forget(node.workspace.id)
    return ended(work, node, run)
  } catch (error) {
    const unmet = unmetOf(error)
    if (unmet === undefined) throw error
    if (unmet.some(({ name }) => name === 'reserved')) await queueUp(work, node)
    hold({ name: node.name, environment: node.workspace.environment, unmet })
    tell(work, node, { result: 'planned', because: unmet.map((one) => one.sentence).join('; ') })
    return 'held'
  } finally {
    leave()
  }
}

/** The pull request of the change waits its turn; the refusal undid whatever the attempt had written. */
async function queueUp({ context, change }: ChangeWork, { workspace }: WorkNode): Promise<void> {
  if (change.pullRequest === undefined) return
  const workspaceIds = [workspace.id]
  await createReservationService(context.db).reserve({ changeId: change.id, workspaceIds })
}

/** Records that who applies agrees, unless the environment's gate asks for more than that. */
async function agree(
  work: ChangeWork,
  node: WorkNode,
  { policy, plan }: { readonly policy: ApplyPolicy; readonly plan: StoredPlan },
): Promise<void> {
  const environment = work.environments.get(node.workspace.environment)
  if (policy.approve === 'none' || (environment?.gate?.approvals ?? 0) > 0) return
  if (policy.approve === 'automatic' && environment?.auto !== true) return
  const { runs } = work.context
  const guarded = (node.run.summary?.protected.length ?? 0) > 0
  if (guarded && policy.override === undefined) return
  await runs.approve(node.run.id, {
    digest: plan.digest,
    actor: policy.actor,
    ...(policy.personId === undefined ? {} : { personId: policy.personId }),
    ...(guarded && policy.override !== undefined ? { overrideReason: policy.override } : {}),
  })
}

function onStart(work: ChangeWork, node: WorkNode, run: Run): void {
  if (run.status === 'applying') tell(work, node, { run, result: 'applying' })
}

function ended(work: ChangeWork, node: WorkNode, run: Run): TaskEnd {
  const because = run.reason
  switch (run.status) {
    case 'applied':
      tell(work, node, { run, result: 'applied' })
      return 'ok'
    case 'cancelled':
      tell(work, node, { run, result: 'cancelled', because })
      return 'failed'
    case 'unknown':
      tell(work, node, { run, result: 'unknown', because })
      return 'failed'
    default:
      tell(work, node, { run, result: 'failed', because })
      return 'failed'
  }
}

/** The requirements in the way, when that is why an apply was not started. */
function unmetOf(error: unknown): Held['unmet'] | undefined {
  if (!(error instanceof AppError)) return undefined
  const unmet = error.details['unmet']
  return Array.isArray(unmet) ? unmet : [{ name: 'planned', sentence: error.message }]
}

function heldBy(node: WorkNode, sentence: string): Held {
  const { name, workspace } = node
  return { name, environment: workspace.environment, unmet: [{ name: 'planned', sentence }] }
}
