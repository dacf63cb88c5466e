import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, json, queryClient, segment } from '../../lib/api.ts'
import { optional } from '../../lib/form.ts'
import { live } from '../../lib/live.ts'
import type { PullRequestItem, PullRequestView } from '../../lib/types.ts'

export interface PullRequestsFilter {
  readonly project?: string | undefined
  readonly status?: string | undefined
}

/** By which pull requests are listed. */
export const listStatuses = ['open', 'merged', 'closed'] as const

interface PullRequestsPage {
  readonly items: readonly PullRequestItem[]
  readonly next: string | null
}

export function pullRequestsQuery({ project, status }: PullRequestsFilter) {
  const known = listStatuses.find((one) => one === status)
  const asked = { ...optional('project', project ?? ''), ...(known && { status: known }) }
  return infiniteQueryOptions({
    queryKey: ['pull-requests', asked],
    queryFn: async ({ pageParam }): Promise<PullRequestsPage> =>
      json(api['pull-requests'].$get({ query: { ...asked, ...optional('cursor', pageParam) } })),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    meta: live,
  })
}

/** Which pull request, in the address of the API. */
export function paramOf(project: string, number: number | string) {
  return { param: { project: segment(project), number: String(number) } }
}

export function pullRequestQuery(project: string, number: number | string) {
  return queryOptions({
    queryKey: ['pull-request', project, String(number)],
    queryFn: async (): Promise<PullRequestView> =>
      json(api.projects[':project']['pull-requests'][':number'].$get(paramOf(project, number))),
    meta: live,
  })
}

/** After something was done with one: it shows in lists too. */
export async function reloadPullRequests(): Promise<void> {
  const keys = ['pull-request', 'pull-requests', 'inbox']
  await Promise.all(keys.map((key) => queryClient.invalidateQueries({ queryKey: [key] })))
}
