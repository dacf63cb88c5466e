import { z } from 'zod'
import { Moment } from '../common-schema.ts'

export const RunStatus = z.enum([
  'queued',
  'waiting',
  'planning',
  'planned',
  'unchanged',
  'applying',
  'applied',
  'failed',
  'cancelled',
  'closed',
  'unknown',
])

export const PlannedChange = z
  .object({
    address: z.string(),
    type: z.string(),
    action: z.enum(['create', 'update', 'replace', 'delete', 'forget', 'import', 'move', 'read']),
    reason: z.string().optional(),
    replacePaths: z.array(z.string()),
    previousAddress: z.string().optional(),
  })
  .meta({ id: 'PlannedChange' })

export const PlanSummary = z
  .object({
    create: z.int(),
    update: z.int(),
    replace: z.int(),
    delete: z.int(),
    forget: z.int(),
    import: z.int(),
    move: z.int(),
    outputs: z.array(z.string()),
    drifted: z.int(),
    risk: z.string().meta({ description: 'One line for people.' }),
    severity: z.enum(['none', 'low', 'medium', 'high']),
    protected: z.array(z.string()).meta({ description: 'Protected resources that would end.' }),
    changes: z.array(PlannedChange),
  })
  .meta({ id: 'PlanSummary' })

const Source = z.object({
  directory: z.string(),
  commit: z.string().optional(),
  branch: z.string().optional(),
  dirty: z.boolean(),
  moduleCommit: z.string().optional(),
})

const Options = z.object({
  planOnly: z.boolean(),
  targets: z.array(z.string()),
  replace: z.array(z.string()),
  refresh: z.boolean(),
  parallelism: z.int().optional(),
  variableNames: z.array(z.string()),
  variableFiles: z.array(z.string()),
})

export const Run = z
  .object({
    id: z.int(),
    workspaceId: z.uuid(),
    project: z.string(),
    component: z.string(),
    environment: z.string(),
    changeId: z.int().optional(),
    operation: z.enum(['apply', 'destroy', 'refresh']),
    status: RunStatus,
    reason: z
      .string()
      .optional()
      .meta({ description: 'What it waits for, why it was closed, how it failed.' }),
    actor: z.string(),
    source: Source,
    options: Options,
    summary: PlanSummary.optional(),
    cancelRequestedBy: z.string().optional(),
    createdAt: Moment,
    plannedAt: Moment.optional(),
    applyingAt: Moment.optional(),
    finishedAt: Moment.optional(),
  })
  .meta({ id: 'Run' })

/** What must hold before a run may be applied, and whether it does. */
export const Requirement = z
  .object({ name: z.string(), met: z.boolean(), sentence: z.string() })
  .meta({ id: 'Requirement' })

export const Approval = z
  .object({
    actor: z.string(),
    /** Of the plan as it is now: an approval of a former plan counts no more. */
    current: z.boolean(),
    overrideReason: z.string().optional(),
    at: Moment,
  })
  .meta({ id: 'Approval' })

/** A run with what is needed to decide about it. */
export const RunDetails = z
  .object({
    run: Run,
    /** What an approval must name; absent without a plan. */
    digest: z.string().optional(),
    provisional: z.boolean(),
    /** The tool that planned: `terraform 1.11.4`. */
    tool: z.string().optional(),
    requirements: z.array(Requirement),
    approvals: z.array(Approval),
    /** State versions that this run recorded. */
    stateVersions: z.array(z.int()),
    /** Median seconds of the last five. */
    expectedSeconds: z.object({ plan: z.number().optional(), apply: z.number().optional() }),
    may: z.object({
      approve: z.boolean(),
      cancel: z.boolean(),
      recover: z.boolean(),
      apply: z.boolean(),
    }),
  })
  .meta({ id: 'RunDetails' })

/** Terraform's plan, JSON format 1.2, without sensitive values. */
export const Plan = z
  .object({
    digest: z.string(),
    provisional: z.boolean(),
    createdAt: Moment,
    tool: z.string(),
    plan: z.record(z.string(), z.unknown()).meta({
      description:
        '`terraform show -json` (format 1.2): resource_changes, resource_drift, output_changes. Sensitive values are replaced.',
    }),
  })
  .meta({ id: 'Plan' })

/** Pieces of output, to be put together in the order of `seq`; each any text, with ANSI colours. */
export const LogPiece = z
  .object({ seq: z.int(), phase: z.enum(['plan', 'apply']), text: z.string(), at: Moment })
  .meta({ id: 'LogPiece' })

/** `after`: the number of the last piece that is there already. */
export const LogQuery = z.object({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
})

export const Log = z.object({ pieces: z.array(LogPiece), ended: z.boolean() }).meta({ id: 'Log' })

export const RunEvent = z
  .object({
    seq: z.int(),
    type: z.string(),
    data: z.record(z.string(), z.unknown()),
    at: Moment,
  })
  .meta({ id: 'RunEvent' })

export const ApproveRun = z
  .object({
    digest: z.string().meta({ description: 'Of the plan that was looked at.' }),
    override: z
      .string()
      .max(2000)
      .optional()
      .meta({ description: 'Why protected resources may go.' }),
  })
  .meta({ id: 'ApproveRun' })

/** Which state counts, of a run whose end nobody saw. */
export const RecoverRun = z
  .object({
    state: z
      .enum(['live', 'current'])
      .meta({ description: 'What was last seen of its state, or what was recorded before it.' }),
    reason: z.string().min(1).max(2000),
  })
  .meta({ id: 'RecoverRun' })
