import { AppError, conflict, forbidden, unavailable } from '../../platform/errors.ts'
import type { HostApproval, Mergeability, MergeRequest, ObservedPullRequest } from '../forge.ts'
import type { GitLabApi } from './api-client.ts'
import { readMergeStatus, readPipeline } from './mergeability.ts'
import type { Doing } from './refusal.ts'
import {
  ApprovalsAnswer,
  MergeabilityAnswer,
  MergeRequestAnswer,
  ProjectAnswer,
  StatusAnswer,
} from './schema.ts'

/** Merge requests: what they are, who approved them, whether they may be merged, and merging them. */
export function mergeRequests(api: GitLabApi) {
  const { project } = api
  const sources = new Map<number, string>()

  async function show(number: number): Promise<MergeRequestAnswer> {
    return await api.one(reading(number), MergeRequestAnswer, ({ mergeRequests }) =>
      mergeRequests.show(project, number),
    )
  }

  /** Of a fork; undefined when it is gone, or not to be seen. */
  async function sourceOf(found: MergeRequestAnswer): Promise<string | undefined> {
    const id = found.source_project_id ?? undefined
    if (id === undefined) return undefined
    if (id === found.target_project_id) return project
    const known = sources.get(id)
    if (known !== undefined) return known
    const doing: Doing = { to: 'read a fork', what: 'fork', role: 'Reporter' }
    try {
      const fork = await api.one(doing, ProjectAnswer, ({ projects }) => projects.show(id))
      sources.set(id, fork.path_with_namespace)
      return fork.path_with_namespace
    } catch (error) {
      if (isRefusal(error, ['not_found', 'forbidden'])) return undefined
      throw error
    }
  }

  async function observed(found: MergeRequestAnswer, commit: string): Promise<ObservedPullRequest> {
    return {
      number: found.iid,
      status: statusOf(found),
      title: found.title,
      author: found.author?.username ?? 'ghost',
      url: found.web_url,
      head: { branch: found.source_branch, commit, repository: await sourceOf(found) },
      base: { branch: found.target_branch },
      isDraft: found.draft ?? found.work_in_progress ?? false,
      isFork: found.source_project_id !== found.target_project_id,
      labels: found.labels,
      mergeCommit: mergeCommitOf(found),
      createdAt: found.created_at,
      updatedAt: found.updated_at,
    }
  }

  /** Whether it could be merged, and whether that is so only but for its pipeline. */
  async function mergeState(
    number: number,
  ): Promise<{ readonly read: Mergeability; readonly waits: boolean }> {
    const found = await api.one(reading(number), MergeabilityAnswer, ({ mergeRequests }) =>
      mergeRequests.show(project, number),
    )
    const read = readMergeStatus(found.detailed_merge_status ?? 'unchecked')
    if (read !== 'pipeline') return { read, waits: false }
    const pipeline = found.head_pipeline ?? undefined
    const sha = pipeline?.sha ?? found.sha
    if (!sha) return { read: { mergeable: undefined, because: undefined }, waits: true }
    const doing: Doing = { to: 'read commit statuses', what: `commit ${sha}`, role: 'Reporter' }
    const where = pipeline?.project_id ?? project
    try {
      const statuses = await api.all(doing, StatusAnswer, ({ commits }, page) =>
        commits.allStatuses(where, sha, { ...(pipeline && { pipelineId: pipeline.id }), ...page }),
      )
      return { read: readPipeline(statuses), waits: true }
    } catch (error) {
      // It runs in a fork that the token may not see.
      if (!isRefusal(error, ['not_found', 'forbidden'])) throw error
      return { read: { mergeable: false, because: 'its pipeline must succeed' }, waits: true }
    }
  }

  return {
    async pullRequest(number: number): Promise<ObservedPullRequest> {
      const found = await show(number)
      if (!found.sha) throw unavailable(`!${number} has no commit yet on ${api.host}`)
      return await observed(found, found.sha)
    },

    async openPullRequests(): Promise<ObservedPullRequest[]> {
      const doing: Doing = {
        to: 'list merge requests',
        what: `repository ${project}`,
        role: 'Reporter',
      }
      // The order in which they were made does not move while pages are read.
      const found = await api.all(doing, MergeRequestAnswer, ({ mergeRequests }, page) =>
        mergeRequests.all({
          projectId: project,
          state: 'opened',
          scope: 'all',
          orderBy: 'created_at',
          sort: 'asc',
          ...page,
        }),
      )
      const all = await Promise.all(found.map((one) => (one.sha ? observed(one, one.sha) : [])))
      return all.flat()
    },

    async approvals(number: number): Promise<HostApproval[]> {
      const doing: Doing = {
        to: 'read approvals',
        what: `merge request !${number}`,
        role: 'Reporter',
      }
      const answer = await api.one(doing, ApprovalsAnswer, ({ approvals }) =>
        approvals.showConfiguration(project, { mergerequestIId: number }),
      )
      // GitLab does not say which commit somebody looked at.
      return answer.approved_by.flatMap(({ user }) =>
        user ? [{ login: user.username, commit: undefined }] : [],
      )
    },

    async mergeability(number: number): Promise<Mergeability> {
      return (await mergeState(number)).read
    },

    async merge(number: number, { head, method }: MergeRequest): Promise<string | undefined> {
      const doing: Doing = {
        to: `merge !${number}`,
        what: `merge request !${number}`,
        role: 'Developer',
      }
      try {
        // How an unsquashed one is merged (merge commit, semi-linear, fast-forward) is the project's setting.
        const merged = await api.one(doing, MergeRequestAnswer, ({ mergeRequests }) =>
          mergeRequests.merge(project, number, {
            sha: head,
            ...(method === 'squash' && { squash: true }),
          }),
        )
        return mergeCommitOf(merged)
      } catch (error) {
        if (!isRefusal(error, ['conflict', 'forbidden'])) throw error
        return await alreadyMerged(number, head, error)
      }
    },
  }

  /** The answer to an earlier attempt may have been lost; and GitLab's refusals say less than its merge status. */
  async function alreadyMerged(
    number: number,
    head: string,
    refusal: AppError,
  ): Promise<string | undefined> {
    const found = await show(number)
    if (found.state === 'merged' && found.sha === head) return mergeCommitOf(found)
    if (refusal.details['status'] === 401) {
      throw forbidden(`the token for ${api.host} may not merge !${number} into its target branch`, {
        next: `Give it the role Developer or Maintainer, or allow it to merge into ${found.target_branch} (Settings → Repository → Protected branches).`,
        details: refusal.details,
      })
    }
    if (refusal.code === 'forbidden') throw refusal
    throw await refusedMerge(number, refusal)
  }

  async function refusedMerge(number: number, refusal: AppError): Promise<AppError> {
    const { read, waits } = await mergeState(number)
    if (waits && read.mergeable !== false) {
      // Our statuses are sent apart from this, and GitLab merges only when they are there.
      return unavailable(`${api.host} waits for the statuses of !${number} before it merges`)
    }
    const words = refusal.details['words']
    const because = read.because === undefined ? '' : `: ${read.because}`
    const said = typeof words === 'string' ? ` It said: ${words}` : ''
    const message = `${api.host} refuses to merge !${number}${because}.${said}`
    return conflict(message, { details: refusal.details })
  }
}

function reading(number: number): Doing {
  return {
    to: `read merge request !${number}`,
    what: `merge request !${number}`,
    role: 'Reporter',
  }
}

/** `locked`: it is being merged this moment. */
function statusOf({ state }: MergeRequestAnswer): ObservedPullRequest['status'] {
  if (state === 'merged' || state === 'closed') return state
  return 'open'
}

/** Merge commit, else the squashed one, else the head: it was fast-forwarded. */
function mergeCommitOf(found: MergeRequestAnswer): string | undefined {
  if (found.state !== 'merged') return undefined
  return found.merge_commit_sha ?? found.squash_commit_sha ?? found.sha ?? undefined
}

function isRefusal(error: unknown, codes: readonly AppError['code'][]): error is AppError {
  return error instanceof AppError && codes.includes(error.code)
}
