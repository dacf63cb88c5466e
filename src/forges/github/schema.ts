import { z } from 'zod'
import type { HostComment, HostPermission, ObservedPullRequest } from '../forge.ts'

const moment = z.coerce.date()

/** Nobody's any more: GitHub shows what deleted accounts made under this name. */
const login = z
  .object({ login: z.string() })
  .nullish()
  .transform((user) => user?.login ?? 'ghost')

const repository = z.object({ full_name: z.string() }).nullish()

/** As a list has it, and as a single one has it. */
const PullRequestFields = z.object({
  number: z.int().positive(),
  state: z.enum(['open', 'closed']),
  title: z.string(),
  user: login,
  html_url: z.string(),
  draft: z.boolean().nullish(),
  merged_at: moment.nullish(),
  merge_commit_sha: z.string().nullish(),
  head: z.object({ ref: z.string(), sha: z.string(), repo: repository }),
  base: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }) }),
  labels: z.array(z.object({ name: z.string() })),
  created_at: moment,
  updated_at: moment,
})

export const PullRequest = PullRequestFields.transform((read): ObservedPullRequest => {
  const isMerged = read.merged_at != null
  const from = read.head.repo?.full_name
  return {
    number: read.number,
    status: isMerged ? 'merged' : read.state,
    title: read.title,
    author: read.user,
    url: read.html_url,
    head: { branch: read.head.ref, commit: read.head.sha, repository: from },
    base: { branch: read.base.ref },
    isDraft: read.draft === true,
    isFork: from?.toLowerCase() !== read.base.repo.full_name.toLowerCase(),
    labels: read.labels.map((label) => label.name),
    // Until it is merged this is GitHub's own trial.
    mergeCommit: isMerged ? (read.merge_commit_sha ?? undefined) : undefined,
    createdAt: read.created_at,
    updatedAt: read.updated_at,
  }
})

/** A single one says too whether it would merge. */
export const MergeState = z.object({
  state: z.enum(['open', 'closed']),
  merged: z.boolean(),
  merge_commit_sha: z.string().nullish(),
  draft: z.boolean().nullish(),
  mergeable: z.boolean().nullish(),
  mergeable_state: z.string(),
  head: z.object({ sha: z.string() }),
  base: z.object({ ref: z.string() }),
})

export type MergeState = z.output<typeof MergeState>

export const CommentId = z.object({
  id: z.union([z.number(), z.bigint()]).transform(String),
})

export const Comment = CommentId.extend({
  body: z.string().nullish(),
  user: login,
  issue_url: z.string().transform((url) => Number(/\/issues\/(\d+)$/.exec(url)?.[1])),
  created_at: moment,
  updated_at: moment,
}).transform(
  (read): HostComment => ({
    id: read.id,
    number: read.issue_url,
    author: read.user,
    body: read.body ?? '',
    createdAt: read.created_at,
    isEdited: read.updated_at.getTime() !== read.created_at.getTime(),
  }),
)

export const Review = z.object({
  user: z.object({ login: z.string() }).nullish(),
  state: z.string(),
  commit_id: z.string().nullish(),
})

export type Review = z.output<typeof Review>

export const Account = z.object({ login: z.string() })

export const AppItself = z.object({
  slug: z.string(),
  name: z.string(),
  events: z.array(z.string()).default([]),
})

const permissions: Readonly<Record<string, HostPermission>> = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
}

/** Of what GitHub adds one day, nothing follows. */
export const Permission = z
  .object({ permission: z.string() })
  .transform(
    ({ permission }): HostPermission =>
      Object.hasOwn(permissions, permission) ? (permissions[permission] ?? 'none') : 'none',
  )

export const Membership = z.object({ state: z.string() })

export const Merged = z.object({ sha: z.string() })

export const RepositoryItself = z.object({
  id: z.number(),
  full_name: z.string(),
  archived: z.boolean().default(false),
  permissions: z
    .object({ push: z.boolean().default(false), pull: z.boolean().default(false) })
    .optional(),
})

export const Branch = z
  .object({
    protection: z
      .object({
        required_status_checks: z.object({ contexts: z.array(z.string()) }).nullish(),
      })
      .nullish(),
  })
  .transform(({ protection }) => protection?.required_status_checks?.contexts ?? [])

export const Rule = z.object({
  type: z.string(),
  parameters: z
    .object({
      required_status_checks: z.array(z.object({ context: z.string() })).optional(),
      required_review_thread_resolution: z.boolean().optional(),
    })
    .optional(),
})

export type Rule = z.output<typeof Rule>

const CheckState = z.object({
  context: z.string().optional(),
  state: z.string().optional(),
  name: z.string().optional(),
  conclusion: z.string().nullish(),
  isRequired: z.boolean(),
})

/** What may not be read is null there, with an error beside it. */
export const ReviewState = z.object({
  data: z
    .object({
      repository: z
        .object({
          pullRequest: z
            .object({
              reviewDecision: z.string().nullable(),
              reviewThreads: z.object({ nodes: z.array(z.object({ isResolved: z.boolean() })) }),
              commits: z.object({
                nodes: z.array(
                  z
                    .object({
                      commit: z.object({
                        statusCheckRollup: z
                          .object({
                            contexts: z.object({
                              nodes: z.array(CheckState.nullable()),
                              pageInfo: z.object({
                                hasNextPage: z.boolean(),
                                endCursor: z.string().nullable(),
                              }),
                            }),
                          })
                          .nullable(),
                      }),
                    })
                    .nullable(),
                ),
              }),
            })
            .nullable(),
        })
        .nullable(),
    })
    .nullish(),
  errors: z.array(z.object({ type: z.string().optional() })).default([]),
})

export type ReviewState = z.output<typeof ReviewState>

const HookConfig = z.object({ url: z.string().optional(), secret: z.string().optional() })

export const AppHook = HookConfig

export const RepositoryHook = z.object({
  active: z.boolean(),
  events: z.array(z.string()),
  config: HookConfig,
  last_response: z
    .object({ code: z.number().nullable(), message: z.string().nullable() })
    .optional(),
})

export type RepositoryHook = z.output<typeof RepositoryHook>

export const HookDelivery = z.object({
  event: z.string(),
  repository_id: z.number().nullish(),
  status: z.string(),
  status_code: z.number(),
})
