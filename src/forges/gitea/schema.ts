import { z } from 'zod'
import type { HostComment, HostPermission, ObservedPullRequest } from '../forge.ts'

const moment = z.coerce.date()

/** Whoever was deleted is called so. */
const login = z
  .object({ login: z.string() })
  .nullish()
  .transform((user) => user?.login ?? 'Ghost')

// Of servers that do not say it themselves; the prefixes that Gitea begins with.
const unfinished = /^\s*(?:WIP:|\[WIP\])/i

export const PullRequest = z
  .object({
    number: z.int().positive(),
    state: z.enum(['open', 'closed']),
    title: z.string(),
    user: login,
    html_url: z.string(),
    draft: z.boolean().nullish(),
    merged: z.boolean(),
    merge_commit_sha: z.string().nullish(),
    head: z.object({
      /** The branch; empty for what was pushed to `refs/for/…`. */
      label: z.string(),
      /** The branch; `refs/pull/7/head` when it is gone. */
      ref: z.string(),
      sha: z.string(),
      repo: z.object({ full_name: z.string() }).nullish(),
    }),
    base: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }) }),
    labels: z
      .array(z.object({ name: z.string() }))
      .nullish()
      .transform((labels) => labels ?? []),
    created_at: moment,
    updated_at: moment,
  })
  .transform((read): ObservedPullRequest => {
    const { head } = read
    const from = head.repo?.full_name
    return {
      number: read.number,
      status: read.merged ? 'merged' : read.state,
      title: read.title,
      author: read.user,
      url: read.html_url,
      head: { branch: head.label || head.ref, commit: head.sha, repository: from },
      base: { branch: read.base.ref },
      isDraft: read.draft ?? unfinished.test(read.title),
      // What was pushed to `refs/for/…` claims to be of the repository, and whoever may read it may push it.
      isFork: head.label === '' || from?.toLowerCase() !== read.base.repo.full_name.toLowerCase(),
      labels: read.labels.map((label) => label.name),
      mergeCommit: read.merged ? (read.merge_commit_sha ?? undefined) : undefined,
      createdAt: read.created_at,
      updatedAt: read.updated_at,
    }
  })

export const MergeState = z.object({
  state: z.enum(['open', 'closed']),
  merged: z.boolean(),
  merge_commit_sha: z.string().nullish(),
  draft: z.boolean().nullish(),
  title: z.string(),
  mergeable: z.boolean(),
  head: z.object({ sha: z.string() }),
  base: z.object({ ref: z.string() }),
})

export type MergeState = z.output<typeof MergeState>

/** With what its protection asks for. */
export const Branch = z.object({
  required_approvals: z.int().default(0),
  enable_status_check: z.boolean().default(false),
  status_check_contexts: z
    .array(z.string())
    .nullish()
    .transform((contexts) => contexts ?? []),
  user_can_merge: z.boolean().default(true),
})

export type Branch = z.output<typeof Branch>

/** The newest of each context. */
export const CombinedStatus = z.object({
  statuses: z
    .array(z.object({ context: z.string(), status: z.string() }))
    .nullish()
    .transform((statuses) => statuses ?? []),
})

export type Status = z.output<typeof CombinedStatus>['statuses'][number]

export const Made = z.object({ id: z.int().transform(String) })

/** Nothing of the answer matters. */
export const Anything = z.unknown()

export const Comment = Made.extend({
  body: z.string(),
  user: login,
  issue_url: z.string().default(''),
  pull_request_url: z.string().default(''),
  created_at: moment,
  updated_at: moment,
}).transform(
  (read): HostComment => ({
    id: read.id,
    number: Number(/\/(\d+)$/.exec(read.pull_request_url || read.issue_url)?.[1]),
    author: read.user,
    body: read.body,
    createdAt: read.created_at,
    isEdited: read.updated_at.getTime() !== read.created_at.getTime(),
  }),
)

export const Review = z.object({
  /** Null of a team's. */
  user: z.object({ login: z.string() }).nullish(),
  state: z.string(),
  commit_id: z.string().nullish(),
  dismissed: z.boolean().default(false),
  /** By somebody whom the branch's protection counts. */
  official: z.boolean().default(false),
})

export type Review = z.output<typeof Review>

export const Account = z.object({ login: z.string() })

const permissions: Readonly<Record<string, HostPermission>> = {
  owner: 'admin',
  admin: 'admin',
  write: 'write',
  read: 'read',
}

export const Permission = z
  .object({ permission: z.string() })
  .transform(
    ({ permission }): HostPermission =>
      Object.hasOwn(permissions, permission) ? (permissions[permission] ?? 'none') : 'none',
  )

export const FoundTeams = z.object({
  data: z
    .array(z.object({ id: z.int(), name: z.string() }))
    .nullish()
    .transform((teams) => teams ?? []),
})

export const RepositoryItself = z.object({
  full_name: z.string(),
  archived: z.boolean().default(false),
  permissions: z.object({ admin: z.boolean(), push: z.boolean() }).nullish(),
})

export const Hook = z.object({
  active: z.boolean(),
  events: z.array(z.string()),
  config: z.record(z.string(), z.string()),
})
