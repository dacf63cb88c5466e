import { record } from '../../audit/index.ts'
import type { Db } from '../../platform/db/db.ts'
import { AppError, conflict } from '../../platform/errors.ts'
import type { Seal } from '../../secrets/index.ts'
import * as logStore from '../logs/log-store.ts'
import { isFinal, type PlanFacts, type Run, runName } from '../run.ts'
import * as runStore from '../run-store.ts'
import * as approvalStore from './approval-store.ts'
import type { PlanFingerprint } from './fingerprint.ts'
import * as planStore from './plan-store.ts'
import { readFingerprint, stillCovers } from './still-covers.ts'

export interface ApproveRequest {
  /** The digest that the person saw. */
  readonly digest: string
  readonly actor: string
  /** Who that is, proved by signing in; a name that git gives proves nothing. */
  readonly personId?: string | undefined
  /** Why protected resources may go, in this plan only. */
  readonly overrideReason?: string | undefined
}

/** Agrees to exactly the plan with this digest. */
export async function approve(tx: Db, id: number, request: ApproveRequest): Promise<Run> {
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
  await approvalStore.approve(tx, id, { ...request, overrideReason })
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

/** A plan that was made again, with what it is now. */
export interface RemadePlan {
  readonly run: Run
  readonly digest: string
  readonly facts: PlanFacts
  readonly fingerprint: PlanFingerprint
}

/**
 * Carries the approvals of the former plan over to the one that takes its place, if that does
 * nothing else. Only in a change: there a plan is made again because inputs became real.
 */
export async function carryApprovals(
  tx: Db,
  seal: Seal,
  former: planStore.FormerPlan | undefined,
  { run, digest, facts, fingerprint }: RemadePlan,
): Promise<void> {
  if (run.changeId === undefined || former === undefined) return
  if (!sameGround(former.facts, facts)) return
  const then = openFingerprint(seal, former.sealedFingerprint)
  if (then === undefined || !stillCovers(then, fingerprint)) return
  const actors = await approvalStore.carry(tx, run.id, { from: former.digest, to: digest })
  for (const actor of actors) {
    const data = { by: actor, from: former.digest, digest }
    await logStore.appendEvent(tx, run.id, { type: 'approval_carried', data })
    await record(tx, {
      actor,
      action: 'run.approval-carried',
      subject: runName(run.id),
      details: { digest },
    })
  }
}

/** Undefined when it cannot be opened or read: nothing is known to be covered then. */
function openFingerprint(seal: Seal, sealed: Buffer): PlanFingerprint | undefined {
  try {
    return readFingerprint(seal.open(sealed).toString('utf8'))
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

/** Whatever else moved than the inputs may matter in ways that no plan shows: a provisioner's command. */
function sameGround(then: PlanFacts, now: PlanFacts): boolean {
  return (
    then.source === now.source &&
    then.tool === now.tool &&
    then.state?.lineage === now.state?.lineage &&
    then.state?.serial === now.state?.serial
  )
}
