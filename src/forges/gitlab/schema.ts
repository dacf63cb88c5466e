import { z } from 'zod'

/** What Portolan uses of GitLab's answers. More is tolerated, less is not. */

const moment = z.coerce.date()
const user = z.object({ username: z.string() })

export const MergeRequestAnswer = z.object({
  iid: z.number(),
  state: z.string(),
  title: z.string(),
  author: user.nullish(),
  web_url: z.string(),
  source_branch: z.string(),
  target_branch: z.string(),
  sha: z.string().nullish(),
  source_project_id: z.number().nullish(),
  target_project_id: z.number(),
  draft: z.boolean().optional(),
  /** What `draft` was called until 14.0. */
  work_in_progress: z.boolean().optional(),
  labels: z.array(z.string()).default([]),
  merge_commit_sha: z.string().nullish(),
  squash_commit_sha: z.string().nullish(),
  created_at: moment,
  updated_at: moment,
})

export type MergeRequestAnswer = z.output<typeof MergeRequestAnswer>

export const PipelineAnswer = z.object({
  id: z.number(),
  sha: z.string(),
  /** The fork’s, when it runs there. */
  project_id: z.number().optional(),
})

/** Of one only, never in a list. */
export const MergeabilityAnswer = z.object({
  state: z.string(),
  sha: z.string().nullish(),
  detailed_merge_status: z.string().optional(),
  head_pipeline: PipelineAnswer.nullish(),
})

export const NoteAnswer = z.object({
  id: z.number(),
  body: z.string(),
  author: user.nullish(),
  system: z.boolean(),
  created_at: moment,
  updated_at: moment,
})

export type NoteAnswer = z.output<typeof NoteAnswer>

export const UserAnswer = z.object({ id: z.number(), username: z.string() })

export const MemberAnswer = z.object({ access_level: z.number(), state: z.string().optional() })

export const ApprovalsAnswer = z.object({
  approved_by: z.array(z.object({ user: user.nullish() })).default([]),
})

export const StatusAnswer = z.object({
  name: z.string().nullish(),
  status: z.string(),
  allow_failure: z.boolean().nullish(),
})

export type StatusAnswer = z.output<typeof StatusAnswer>

const access = z.object({ access_level: z.number() }).nullish()

export const ProjectAnswer = z.object({
  id: z.number(),
  path_with_namespace: z.string(),
  default_branch: z.string().nullish(),
  archived: z.boolean().optional(),
  permissions: z.object({ project_access: access, group_access: access }).optional(),
})

export type ProjectAnswer = z.output<typeof ProjectAnswer>

export const BranchAnswer = z.object({
  name: z.string(),
  can_push: z.boolean().optional(),
  developers_can_merge: z.boolean().optional(),
})

export const TokenAnswer = z.object({
  scopes: z.array(z.string()),
  expires_at: z.string().nullish(),
})

export const HookAnswer = z.object({
  id: z.number(),
  url: z.string(),
  push_events: z.boolean(),
  merge_requests_events: z.boolean(),
  note_events: z.boolean(),
  alert_status: z.string().optional(),
})

export type HookAnswer = z.output<typeof HookAnswer>

export const HookEventAnswer = z.object({ response_status: z.coerce.string() })
