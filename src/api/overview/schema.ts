import { z } from 'zod'
import { Moment } from '../common-schema.ts'
import { WorkspaceItem } from '../workspaces/schema.ts'

/** The matrix of a project: components in dependency order, environments in the order of promotion. */
export const ProjectOverview = z
  .object({
    project: z.string(),
    environments: z.array(z.string()),
    components: z.array(z.string()),
    workspaces: z.array(WorkspaceItem),
    headCommit: z.string().optional(),
    headSubject: z.string().optional(),
    fetchedAt: Moment.optional(),
    fetchError: z.string().optional(),
  })
  .meta({ id: 'ProjectOverview' })

export const OverviewQuery = z.object({ project: z.string().min(1).max(100).optional() })

export const Overview = z.object({ projects: z.array(ProjectOverview) }).meta({ id: 'Overview' })

/** Something that waits for whoever asks; the most urgent first. */
export const InboxItem = z
  .object({
    kind: z.enum([
      'unknown',
      'at-risk',
      'approval',
      'failed',
      'unmerged',
      'unapplied',
      'drifted',
      'locked',
    ]),
    sentence: z
      .string()
      .meta({ description: 'What it is: "prod waits for 1 approval of 3 plans"' }),
    project: z.string(),
    environment: z.string().optional(),
    changeId: z.int().optional(),
    runId: z.int().optional(),
    pullRequest: z.int().optional().meta({ description: 'The number of the pull request.' }),
    workspaces: z.array(z.string()),
    risk: z
      .object({ severity: z.enum(['none', 'low', 'medium', 'high']), sentence: z.string() })
      .optional(),
    /** Who asks may do what it waits for. */
    mine: z.boolean(),
    since: Moment,
  })
  .meta({ id: 'InboxItem' })

export const Inbox = z.object({ items: z.array(InboxItem) }).meta({ id: 'Inbox' })
