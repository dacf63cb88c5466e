import { z } from 'zod'
import { Change } from '../changes/schema.ts'
import { Moment, ProjectName } from '../common-schema.ts'
import { PageQuery } from '../route.ts'

const Commit = z.string().regex(/^[0-9a-f]{40,64}$/)
const Branch = z.string().min(1).max(250)

export const PullRequestStatus = z.enum(['open', 'merged', 'closed'])

/** What of it is seen in lists. */
export const PullRequestItem = z
  .object({
    project: z.string(),
    number: z.int().meta({ description: 'As its host counts.' }),
    forge: z.enum(['git', 'github', 'gitlab', 'gitea']),
    status: PullRequestStatus,
    title: z.string(),
    author: z.string().meta({ description: 'The login on the host, or a name here.' }),
    url: z.string().optional().meta({ description: 'Its page on the host; absent on plain git.' }),
    headBranch: z.string(),
    headCommit: Commit,
    headRepository: z.string().optional(),
    baseBranch: z.string(),
    isDraft: z.boolean(),
    isFork: z.boolean(),
    labels: z.array(z.string()),
    problem: z.string().optional().meta({ description: 'Why its head cannot be planned.' }),
    change: Change.optional().meta({ description: 'What was planned of it last.' }),
    /** In one sentence: where it stands. */
    verdict: z.string(),
    createdAt: Moment,
    seenAt: Moment,
    endedAt: Moment.optional(),
  })
  .meta({ id: 'PullRequestItem' })

/** A pull request's hold on a workspace, or its place among those that wait for it. */
export const Reservation = z
  .object({
    workspace: z.string(),
    holder: z.object({ number: z.int(), title: z.string(), since: Moment }),
    /** 0: this pull request holds it; 1: it is the next. */
    place: z.int(),
    waiting: z.array(z.int()).meta({ description: 'Numbers of those that wait, in order.' }),
  })
  .meta({ id: 'Reservation' })

export const PullRequestCommand = z
  .object({
    id: z.int(),
    author: z.string(),
    body: z.string(),
    status: z.enum(['received', 'doing', 'done', 'refused']),
    command: z.string().optional().meta({ description: 'What it was taken for.' }),
    answer: z.string().optional(),
    at: Moment,
  })
  .meta({ id: 'PullRequestCommand' })

export const PullRequestComment = z
  .object({
    id: z.string(),
    author: z.string(),
    body: z.string(),
    /** It is the one that Portolan keeps up to date. */
    isPortolans: z.boolean(),
    createdAt: Moment,
    updatedAt: Moment,
  })
  .meta({ id: 'PullRequestComment' })

export const PullRequestView = PullRequestItem.extend({
  body: z.string().optional().meta({ description: 'Of plain git only.' }),
  plannedHead: Commit.optional(),
  plannedBase: Commit.optional(),
  plannedCommit: Commit.optional(),
  mergeCommit: Commit.optional(),
  /** Somebody let this head be planned although it is a draft or a fork. */
  permittedBy: z.string().optional(),
  reservations: z.array(Reservation),
  /** Newest last. */
  commands: z.array(PullRequestCommand),
  /** Of plain git: the conversation is here. */
  comments: z.array(PullRequestComment),
  /** Changes that were made of it, newest first. */
  changes: z.array(Change),
  /** What who asks may do. */
  may: z.object({
    comment: z.boolean(),
    plan: z.boolean(),
    merge: z.boolean(),
    close: z.boolean(),
  }),
  problemPlaces: z
    .array(z.string())
    .meta({ description: 'Files in conflict, places in the manifest.' }),
  problemNext: z.string().optional(),
  mergeProblem: z
    .string()
    .optional()
    .meta({ description: 'Why it was not merged by itself when everything was applied.' }),
  troubles: z
    .array(z.object({ about: z.string(), because: z.string(), since: Moment }))
    .meta({ description: 'What its host could not be told.' }),
  /** Why it cannot be merged here; absent: it can. */
  mergeRefused: z.string().optional(),
}).meta({ id: 'PullRequestView' })

export const PullRequestsQuery = PageQuery.extend({
  project: z.string().max(100).optional(),
  status: PullRequestStatus.optional(),
})

export const PullRequestNumber = ProjectName.extend({
  number: z.coerce.number().int().positive().max(2_000_000_000),
})

export const NewProposal = z
  .object({
    branch: Branch,
    base: Branch.optional().meta({ description: "The project's branch when absent." }),
    title: z.string().trim().min(1).max(250),
    body: z.string().max(60_000).default(''),
    draft: z.boolean().default(false),
  })
  .meta({ id: 'NewProposal' })

export const EditProposal = z
  .object({
    title: z.string().trim().min(1).max(250).optional(),
    body: z.string().max(60_000).optional(),
    draft: z.boolean().optional(),
    status: z.enum(['open', 'closed']).optional(),
  })
  .meta({ id: 'EditProposal' })

export const NewComment = z
  .object({
    body: z.string().trim().min(1).max(60_000).meta({
      description: 'A command when its first word is `portolan`.',
    }),
  })
  .meta({ id: 'NewComment' })

export const MergeProposal = z
  .object({
    /** The head that was looked at. */
    head: Commit,
    method: z.enum(['merge', 'squash', 'rebase']).optional(),
  })
  .meta({ id: 'MergeProposal' })
