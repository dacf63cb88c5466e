import { z } from 'zod'
import { AppError, unavailable } from '../../platform/errors.ts'
import type { CommitStatus } from '../forge.ts'
import { cut } from '../shown-text.ts'
import type { GitLabApi } from './api-client.ts'
import type { Doing } from './refusal.ts'
import { MergeRequestAnswer, PipelineAnswer } from './schema.ts'

/** Of a name and of a description. */
export const LONGEST = 255

const states = {
  pending: 'pending',
  success: 'success',
  failure: 'failed',
} as const satisfies Record<CommitStatus['state'], string>

type Place = { readonly pipelineId: number } | { readonly ref: string } | Record<never, never>

/** Commit statuses, which GitLab keeps as jobs of a pipeline. */
export function statuses(api: GitLabApi) {
  const { project } = api

  /**
   * The pipeline that the merge request of a commit shows. Left to itself, GitLab takes the newest one of that commit,
   * of whatever branch; and where there is none, makes one for any branch that contains it.
   */
  async function placeOf(commit: string): Promise<Place> {
    const doing: Doing = {
      to: 'read the pipelines of a commit',
      what: `commit ${commit}`,
      role: 'Reporter',
    }
    const requests = await api.all(doing, MergeRequestAnswer, ({ commits }, page) =>
      commits.allMergeRequests(project, commit, page),
    )
    const found = requests.find((one) => one.state === 'opened' && one.sha === commit)
    if (found === undefined) return {}
    const here = found.target_project_id
    const pipelines = await api.all(doing, PipelineAnswer, ({ mergeRequests }, page) =>
      mergeRequests.allPipelines(project, found.iid, page),
    )
    // The pipelines of a fork are in the fork, where the token may do nothing.
    const pipeline = pipelines.find(
      (one) => one.sha === commit && (one.project_id ?? here) === here,
    )
    if (pipeline !== undefined) return { pipelineId: pipeline.id }
    const isFork = found.source_project_id !== here
    return { ref: isFork ? `refs/merge-requests/${found.iid}/head` : found.source_branch }
  }

  return {
    async setStatus(commit: string, status: CommitStatus): Promise<void> {
      const doing: Doing = {
        to: 'set a commit status',
        what: `commit ${commit}`,
        role: 'Developer',
      }
      const place = await placeOf(commit)
      try {
        await api.one(doing, z.unknown(), ({ commits }) =>
          commits.editStatus(project, commit, states[status.state], {
            ...place,
            name: cut(status.context, LONGEST),
            targetUrl: status.url,
            description: cut(status.description, LONGEST),
          }),
        )
      } catch (error) {
        throwUnlessDone(error, api.host)
      }
    },
  }
}

/** It is already so, which GitLab refuses; or somebody sets another one of this commit at this moment. */
function throwUnlessDone(error: unknown, host: string): void {
  if (!(error instanceof AppError) || error.code !== 'conflict') throw error
  const words = error.details['words']
  if (typeof words === 'string' && words.startsWith('Cannot transition status')) return
  if (error.details['status'] !== 409) throw error
  throw unavailable(`${host} is still busy with another status of this commit`)
}
