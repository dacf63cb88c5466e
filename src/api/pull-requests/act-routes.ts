import { Hono } from 'hono'
import { mergePullRequest } from '../../app/pull-requests/merge-by-hand.ts'
import { conflict } from '../../platform/errors.ts'
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
        summary: 'Look at a pull request again; let the head of a draft or a fork be planned',
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
        if (before.status !== 'open') {
          throw conflict(`#${number} is ${before.status}`, { next: 'Open it again first.' })
        }
        if (before.isDraft || before.isFork) {
          const permitted = { commit: before.headCommit, by: principal.name }
          await context.pullRequests.permit(before.id, permitted)
        }
        await context.pullRequests.requestLook([before])
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
        })
        return c.json(await viewPullRequest(deps, principal, merged), 200)
      },
    )
}
