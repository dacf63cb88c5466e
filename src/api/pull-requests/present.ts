import type { z } from 'zod'
import { type PullRequest, verdictOf } from '../../pull-requests/index.ts'
import { presentChange } from '../changes/present.ts'
import type { Surroundings } from './facts.ts'
import type { PullRequestItem } from './schema.ts'

/** A pull request as who asks may see it. */
export function presentItem(
  pullRequest: PullRequest,
  surroundings: Surroundings,
): z.infer<typeof PullRequestItem> {
  const { projects, changes } = surroundings
  const mergeProblem = presentMergeProblem(pullRequest, surroundings)
  const { projectId, planned, createdAt, seenAt, endedAt, url } = pullRequest
  const { name: project = '', forge = 'git' } = projects.get(projectId) ?? {}
  const known = planned?.changeId === undefined ? undefined : changes.get(planned.changeId)
  return {
    project,
    forge,
    number: pullRequest.number,
    status: pullRequest.status,
    title: pullRequest.title,
    author: pullRequest.author,
    url: url === '' ? undefined : url,
    headBranch: pullRequest.headBranch,
    headCommit: pullRequest.headCommit,
    headRepository: pullRequest.headRepository,
    baseBranch: pullRequest.baseBranch,
    isDraft: pullRequest.isDraft,
    isFork: pullRequest.isFork,
    labels: [...pullRequest.labels],
    problem: pullRequest.problem,
    change: known && presentChange(known.listed.change, project),
    verdict: verdictOf({ pullRequest: { ...pullRequest, mergeProblem }, change: known?.verdict }),
    createdAt: createdAt.toISOString(),
    seenAt: seenAt.toISOString(),
    endedAt: endedAt?.toISOString(),
  }
}

/** Why it was not merged: the words of its host, and of Portolan, may be of any environment. */
export function presentMergeProblem(
  { projectId, mergeProblem }: PullRequest,
  { projects }: Surroundings,
): string | undefined {
  if (mergeProblem === undefined || projects.get(projectId)?.isReadWhole === true) {
    return mergeProblem
  }
  return 'why is told to those who may read all of the project'
}
