import type { z } from 'zod'
import { type PullRequest, verdictOf } from '../../pull-requests/index.ts'
import { presentChange } from '../changes/present.ts'
import type { Surroundings } from './facts.ts'
import type { PullRequestItem } from './schema.ts'

export function presentItem(
  pullRequest: PullRequest,
  { projects, changes }: Surroundings,
): z.infer<typeof PullRequestItem> {
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
    verdict: verdictOf({ pullRequest, change: known?.verdict }),
    createdAt: createdAt.toISOString(),
    seenAt: seenAt.toISOString(),
    endedAt: endedAt?.toISOString(),
  }
}
