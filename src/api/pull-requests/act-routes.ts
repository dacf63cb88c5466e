import { Hono } from 'hono'
import { permits } from '../../access/index.ts'
import { mergePullRequest } from '../../app/pull-requests/merge-by-hand.ts'
import { planAgain } from '../../app/pull-requests/plan-again.ts'
import { refreshSeen } from '../../app/pull-requests/proposals.ts'
import { conflict } from '../../platform/errors.ts'
import type { PullRequest } from '../../pull-requests/index.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { body, demand, params, route } from '../route.ts'
import { demandSomewhere } from '../somewhere.ts'
import { MergeProposal, PullRequestNumber, PullRequestView } from './schema.ts'
import { viewPullRequest } from './view.ts'

const tag = 'Pull requests'

export function pullRequestActRoutes(deps: ApiDeps) {
  const { context } = deps
  return new Hono<ApiEnv>()
    .post(
      '/projects/:project/pull-requests/:number/plan',
      route({
        summary: 'Plan a pull request again; let the head of a draft or a fork be planned',
        tag,
        demands: 'change:plan',
        on: 'project',
        answers: { 202: PullRequestView },
      }),
      params(PullRequestNumber),
      async (c) => {
        const { project, number } = c.req.valid('param')
        demandSomewhere(c, 'change:plan', project)
        const principal = c.get('principal')
        const { id } = await context.projects.named(project)
        const before = await context.pullRequests.get(id, number)
        const seen = await refreshSeen(context, before)
        demandShown(before, seen)
        if (seen.isDraft || seen.isFork) {
          const permitted = { commit: seen.headCommit, by: principal.name }
          await context.pullRequests.permit(seen.id, permitted)
        }
        await planAgain(context, seen)
        const pullRequest = await context.pullRequests.get(id, number)
        return c.json(await viewPullRequest(deps, principal, pullRequest), 202)
      },
    )
    .post(
      '/projects/:project/pull-requests/:number/merge',
      route({
        summary: 'Merge a pull request',
        description:
          'When all is applied that is to be applied before it, and its head is the one that was looked at.',
        tag,
        demands: 'change:apply',
        on: 'project',
        answers: { 200: PullRequestView },
      }),
      params(PullRequestNumber),
      body(MergeProposal),
      async (c) => {
        const { project: name, number } = c.req.valid('param')
        demandSomewhere(c, 'change:apply', name)
        const { head, method } = c.req.valid('json')
        const principal = c.get('principal')
        const project = await context.projects.named(name)
        const merged = await mergePullRequest(context, project, {
          number,
          head,
          method,
          actor: principal.name,
          demandApply: (environment) => demand(c, 'change:apply', { project: name, environment }),
          mayRead: (environment) => permits(principal, 'read', { project: name, environment }),
        })
        return c.json(await viewPullRequest(deps, principal, merged), 200)
      },
    )
}

/** One of a fork that nobody here was shown may run what nobody has read. @throws AppError `conflict` */
function demandShown(before: PullRequest, seen: PullRequest): void {
  const { number, status, headCommit, isFork } = seen
  if (status !== 'open') {
    throw conflict(`#${number} is ${status}`, { next: 'Open it again first.' })
  }
  if (isFork && headCommit !== before.headCommit) {
    throw conflict(`#${number} is of a fork, and has another head: ${headCommit.slice(0, 10)}`, {
      next: 'Look at what it would run on the server, and say it again.',
    })
  }
}
