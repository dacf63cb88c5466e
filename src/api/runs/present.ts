import type { z } from 'zod'
import { type Place, type Principal, permits } from '../../access/index.ts'
import {
  type Approval,
  type ExpectedSeconds,
  isFinal,
  type LogLine,
  type PlanSummary,
  type Requirement,
  type Run,
  type RunEvent,
  type StoredPlan,
} from '../../runs/index.ts'
import type * as schema from './schema.ts'

/** Whose run it is: a workspace by its names. */
export interface RunPlace {
  readonly project: string
  readonly component: string
  readonly environment: string
}

export function presentRun(run: Run, place: RunPlace): z.infer<typeof schema.Run> {
  const { source, options, summary } = run
  return {
    id: run.id,
    workspaceId: run.workspaceId,
    project: place.project,
    component: place.component,
    environment: place.environment,
    changeId: run.changeId,
    operation: run.operation,
    status: run.status,
    reason: run.reason,
    actor: run.actor,
    source: {
      directory: source.directory,
      commit: source.commit,
      branch: source.branch,
      dirty: source.dirty,
      moduleCommit: source.moduleCommit,
    },
    options: {
      planOnly: options.planOnly,
      targets: [...options.targets],
      replace: [...options.replace],
      refresh: options.refresh,
      parallelism: options.parallelism,
      variableNames: [...options.variableNames],
      variableFiles: [...options.variableFiles],
    },
    summary: summary && presentSummary(summary),
    cancelRequestedBy: run.cancelRequestedBy,
    createdAt: run.createdAt.toISOString(),
    plannedAt: run.plannedAt?.toISOString(),
    applyingAt: run.applyingAt?.toISOString(),
    finishedAt: run.finishedAt?.toISOString(),
  }
}

export function presentSummary(summary: PlanSummary): z.infer<typeof schema.PlanSummary> {
  return {
    create: summary.create,
    update: summary.update,
    replace: summary.replace,
    delete: summary.delete,
    forget: summary.forget,
    import: summary.import,
    move: summary.move,
    outputs: [...summary.outputs],
    drifted: summary.drifted,
    risk: summary.risk,
    severity: summary.severity,
    protected: [...summary.protected],
    changes: summary.changes.map((change) => ({
      address: change.address,
      type: change.type,
      action: change.action,
      reason: change.reason,
      replacePaths: [...change.replacePaths],
      previousAddress: change.previousAddress,
    })),
  }
}

/** All that is known when somebody decides about a run. */
export interface RunFacts {
  readonly run: Run
  readonly place: RunPlace
  readonly plan: Omit<StoredPlan, 'json'> | undefined
  readonly requirements: readonly Requirement[]
  readonly approvals: readonly Approval[]
  readonly stateVersions: readonly number[]
  readonly expected: ExpectedSeconds | undefined
}

export function presentDetails(
  facts: RunFacts,
  principal: Principal,
): z.infer<typeof schema.RunDetails> {
  const { run, place, plan, expected } = facts
  return {
    run: presentRun(run, place),
    digest: plan?.digest,
    provisional: plan?.provisional === true,
    tool: plan?.facts.tool,
    requirements: facts.requirements.map(presentRequirement),
    approvals: facts.approvals.map((approval) => presentApproval(approval, plan?.digest)),
    stateVersions: [...facts.stateVersions],
    expectedSeconds: { plan: expected?.plan, apply: expected?.apply },
    may: mayDo(run, principal, place),
  }
}

/**
 * The plan is compared with itself here: only the state was looked at. Sources, inputs and tool are
 * where it is applied.
 */
function presentRequirement({ name, met, sentence }: Requirement) {
  if (name !== 'not-stale' || !met) return { name, met, sentence }
  return {
    name,
    met,
    sentence:
      'the state did not move since the plan was made; sources, inputs and tool are looked at again before it is applied',
  }
}

function presentApproval(
  { actor, digest, overrideReason, createdAt }: Approval,
  present: string | undefined,
): z.infer<typeof schema.Approval> {
  return { actor, current: digest === present, overrideReason, at: createdAt.toISOString() }
}

function mayDo({ status }: Run, principal: Principal, place: Place) {
  const may = (permission: Parameters<typeof permits>[1]) => permits(principal, permission, place)
  const isPlanned = status === 'planned'
  return {
    approve: isPlanned && may('run:approve'),
    cancel: !isFinal(status) && status !== 'unknown' && may('change:apply'),
    recover: status === 'unknown' && may('run:recover'),
    apply: isPlanned && may('change:apply'),
  }
}

export function presentLogPiece({
  seq,
  phase,
  text,
  at,
}: LogLine): z.infer<typeof schema.LogPiece> {
  return { seq, phase, text, at: at.toISOString() }
}

export function presentEvent({ seq, type, data, at }: RunEvent): z.infer<typeof schema.RunEvent> {
  return { seq, type, data, at: at.toISOString() }
}

/**
 * The plan as the body of an answer. Its JSON is passed on as it is stored: numbers beyond 2^53 would
 * not survive being read.
 */
export function planBody(plan: StoredPlan): string {
  const head = JSON.stringify({
    digest: plan.digest,
    provisional: plan.provisional,
    createdAt: plan.createdAt.toISOString(),
    tool: plan.facts.tool,
  } satisfies Omit<z.infer<typeof schema.Plan>, 'plan'>)
  return `${head.slice(0, -1)},"plan":${plan.json}}`
}
