import { z } from 'zod'
import { Moment } from '../common-schema.ts'
import { PageQuery } from '../route.ts'
import { PlanSummary, Run, RunStatus } from '../runs/schema.ts'

/** Where a workspace of a change stands. */
export const Result = z.enum([
  'pending',
  'planning',
  'planned',
  'provisional',
  'deferred',
  'applying',
  'applied',
  'unchanged',
  'failed',
  'blocked',
  'skipped',
  'cancelled',
  'unknown',
])

const Counts = z.partialRecord(Result, z.int())

export const Change = z
  .object({
    id: z.int(),
    project: z.string(),
    operation: z.enum(['apply', 'destroy']),
    status: z.enum(['open', 'done', 'cancelled', 'closed']),
    closedBecause: z.string().optional(),
    reason: z.string().meta({ description: 'Why somebody wants it.' }),
    actor: z.string(),
    source: z.object({
      root: z.string(),
      commit: z.string().optional(),
      branch: z.string().optional(),
      dirty: z.boolean(),
    }),
    options: z.object({
      selection: z.string(),
      set: z.record(z.string(), z.string()),
      force: z.boolean(),
      untrusted: z.boolean().optional().meta({
        description: 'Made of a fork: it is planned without secrets, and never applied.',
      }),
    }),
    pullRequest: z.object({ number: z.int(), head: z.string(), base: z.string() }).optional().meta({
      description: 'Of which pull request it was made; its commit is head merged with base.',
    }),
    createdAt: Moment,
    finishedAt: Moment.optional(),
  })
  .meta({ id: 'Change' })

export const ChangeListItem = Change.extend({
  environments: z.array(z.string()),
  counts: Counts,
  countsByEnvironment: z.record(z.string(), Counts),
  /** What a server does with it at the moment. */
  working: z.enum(['plan', 'apply']).optional(),
  waitsForApproval: z.boolean(),
}).meta({ id: 'ChangeListItem' })

export const Gate = z
  .object({
    approvals: z.int(),
    from: z.array(z.string()),
    window: z.string().optional(),
    destroy: z.enum(['allow', 'deny']),
    dirty: z
      .literal('deny')
      .optional()
      .meta({ description: 'Refuses changes of files that are in no commit.' }),
  })
  .meta({ id: 'Gate' })

export const ChangeEnvironment = z
  .object({
    name: z.string(),
    order: z.int(),
    after: z.string().optional(),
    auto: z.boolean(),
    apply: z.enum(['before-merge', 'after-merge']),
    concurrency: z.int().optional(),
    gate: Gate.optional(),
  })
  .meta({ id: 'ChangeEnvironment' })

export const ChangeNode = z
  .object({
    workspaceId: z.uuid(),
    name: z.string(),
    component: z.string(),
    environment: z.string(),
    kind: z.enum(['terraform', 'run']),
    reasons: z.array(z.string()).meta({ description: 'Why it takes part.' }),
    needs: z.array(z.object({ name: z.string(), outputs: z.array(z.string()) })),
    skipped: z.string().optional(),
    orphan: z.boolean(),
    sourceDigest: z.string(),
    definitionDigest: z.string(),
    result: Result,
    because: z.string().optional(),
    run: Run.optional().meta({ description: 'Its newest run in this change.' }),
    digest: z.string().optional().meta({
      description: 'Of the plan that waits in it: what an approval must name.',
    }),
  })
  .meta({ id: 'ChangeNode' })

export const ChangeView = z
  .object({
    change: Change,
    environments: z.array(ChangeEnvironment),
    nodes: z.array(ChangeNode).meta({ description: 'In dependency order.' }),
    working: z.enum(['plan', 'apply']).optional(),
    /** The number of the newest event: follow from there without a gap. */
    lastEvent: z.int(),
    /** What who asks may do with it, by environment. */
    may: z.object({
      approve: z.array(z.string()),
      apply: z.array(z.string()),
      cancel: z.boolean(),
    }),
  })
  .meta({ id: 'ChangeView' })

const Head = { at: Moment, change: z.int() }

/** What is told while a change is at work; `docs/events.md` says what each is for. */
export const ChangeEvent = z
  .discriminatedUnion('event', [
    z.object({
      ...Head,
      event: z.literal('graph'),
      operation: z.enum(['apply', 'destroy']),
      environments: z.array(ChangeEnvironment),
      workspaces: z.array(
        z.object({
          workspace: z.string(),
          kind: z.enum(['terraform', 'run']),
          needs: z.array(z.string()),
          reasons: z.array(z.string()),
          expected: z.object({ plan: z.number().optional(), apply: z.number().optional() }),
        }),
      ),
    }),
    z.object({
      ...Head,
      event: z.literal('workspace'),
      workspace: z.string(),
      result: Result,
      because: z.string().optional(),
      run: z.int().optional(),
      runStatus: RunStatus.optional(),
      summary: PlanSummary.optional(),
      digest: z.string().optional(),
    }),
    z.object({
      ...Head,
      event: z.literal('log'),
      workspace: z.string(),
      run: z.int(),
      phase: z.enum(['plan', 'apply']),
      text: z.string(),
    }),
    z.object({
      ...Head,
      event: z.literal('progress'),
      workspace: z.string(),
      run: z.int(),
      address: z.string(),
      status: z.enum(['started', 'done', 'failed']),
      action: z.string(),
      seconds: z.number().optional(),
    }),
    z.object({
      ...Head,
      event: z.literal('notice'),
      workspace: z.string().optional(),
      message: z.string(),
    }),
    z.object({
      ...Head,
      event: z.literal('waits'),
      environment: z.string(),
      workspaces: z.array(z.string()),
      because: z.string(),
      next: z.string(),
    }),
    z.object({
      ...Head,
      event: z.literal('end'),
      status: z.enum(['open', 'done', 'cancelled', 'closed']),
      counts: Counts,
    }),
    /** Somebody did something with it: approved, applied, cancelled, resumed. */
    z.object({
      ...Head,
      event: z.literal('action'),
      actor: z.string(),
      action: z.string(),
      workspaces: z.array(z.string()),
      reason: z.string().optional(),
    }),
  ])
  .meta({ id: 'ChangeEvent' })

/** Which changes are listed; what is absent does not restrict. */
export const ChangesQuery = PageQuery.extend({
  project: z.string().max(100).optional(),
  environment: z.string().max(100).optional(),
  status: Change.shape.status.or(z.literal('waiting')).optional().meta({
    description: '`waiting`: open, and a plan in it waits for an approval.',
  }),
  actor: z.string().max(200).optional(),
  text: z.string().max(200).optional().meta({
    description: 'In the reason, the branch or the commit; or `change-7`.',
  }),
})

const EnvironmentNames = z.array(z.string().min(1).max(100)).max(200)
const WorkspaceNames = z.array(z.string().min(3).max(400)).max(10_000)

/** What a change is to consist of. */
export const NewChange = z
  .object({
    project: z.string().min(1).max(100),
    ref: z.string().max(250).optional().meta({
      description:
        'A commit or a branch that the server knows; the head of the project when absent.',
    }),
    branch: z
      .string()
      .max(250)
      .optional()
      .meta({ description: 'The branch it was made on, for people.' }),
    dirty: z
      .boolean()
      .default(false)
      .meta({ description: 'The commit was made of uncommitted changes.' }),
    operation: z.enum(['apply', 'destroy']).default('apply'),
    select: z
      .object({
        components: z.array(z.string().max(300)).max(10_000).default([]),
        environments: EnvironmentNames.default([]),
        affected: z
          .union([z.boolean(), z.string().max(250)])
          .default(false)
          .meta({
            description:
              'Only what differs: from what is deployed (true), or from a commit or branch.',
          }),
        withDependencies: z.boolean().default(false),
        withDependents: z.boolean().default(false),
      })
      .optional(),
    workspaces: z
      .record(z.string().max(400), z.array(z.string().max(2000)))
      .optional()
      .meta({
        description: 'Instead of `select`: names of workspaces, each with why it takes part.',
      }),
    selection: z.string().max(2000).default('').meta({ description: 'In words, recorded.' }),
    reason: z.string().max(2000).optional(),
    set: z.record(z.string().max(200), z.string().max(10_000)).default({}),
    force: z.boolean().default(false),
    options: z
      .object({
        targets: z.array(z.string().max(2000)).max(1000).optional(),
        replace: z.array(z.string().max(2000)).max(1000).optional(),
        refresh: z.boolean().optional(),
        parallelism: z.int().min(1).max(1000).optional(),
      })
      .default({}),
    parallel: z.int().min(1).max(1000).optional(),
    failFast: z.boolean().default(false),
  })
  .meta({ id: 'NewChange' })

export const ApproveChange = z
  .object({
    environments: EnvironmentNames.optional(),
    workspaces: WorkspaceNames.optional(),
    digests: z.record(z.string(), z.string()).optional().meta({
      description:
        'By workspace: the plan that was looked at. One that was made again is not approved.',
    }),
    override: z
      .string()
      .max(2000)
      .optional()
      .meta({ description: 'Why protected resources may go.' }),
  })
  .meta({ id: 'ApproveChange' })

export const ApplyChange = z
  .object({
    environments: EnvironmentNames.optional().meta({
      description: 'Go no further than these; absent: as far as gates allow.',
    }),
    approve: z.enum(['planned', 'automatic', 'none']).default('planned').meta({
      description:
        'Who applies approves each plan as it comes, all or in automatic environments only.',
    }),
    override: z.string().max(2000).optional(),
    retry: z
      .boolean()
      .default(false)
      .meta({ description: 'Start again at what failed, was cancelled or is blocked.' }),
    parallel: z.int().min(1).max(1000).optional(),
    failFast: z.boolean().default(false),
  })
  .meta({ id: 'ApplyChange' })

export const ApprovedWorkspaces = z
  .object({ approved: z.array(z.string()).meta({ description: 'Whose plans were approved.' }) })
  .meta({ id: 'ApprovedWorkspaces' })

export const StreamQuery = z.object({
  after: z.string().max(20_000).optional().meta({
    description: 'Go on behind this event, like the header `Last-Event-ID`.',
  }),
  log: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'With the output of its runs.' }),
})
