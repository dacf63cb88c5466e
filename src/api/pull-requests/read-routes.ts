import { Hono } from 'hono'
import { permitsSomewhere } from '../../access/index.ts'
import { numberedPage, pageOf } from '../cursor.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { page, params, query, route } from '../route.ts'
import { demandSomewhere } from '../somewhere.ts'
import { surroundingsOf } from './facts.ts'
import { presentItem } from './present.ts'
import { PullRequestItem, PullRequestNumber, PullRequestsQuery, PullRequestView } from './schema.ts'
import { viewPullRequest } from './view.ts'

const tag = 'Pull requests'

export function pullRequestReadRoutes(deps: ApiDeps) {
  const { context } = deps
  return new Hono<ApiEnv>()
    .get(
      '/pull-requests',
      route({
        summary: 'Pull requests, newest first',
        tag,
        demands: 'read',
        on: 'somewhere',
        answers: { 200: page(PullRequestItem) },
      }),
      query(PullRequestsQuery),
      async (c) => {
        const { project, status, ...asked } = c.req.valid('query')
        const principal = c.get('principal')
        demandSomewhere(c, 'read', project)
        const readable = (await context.repositories.list()).filter(
          ({ name }) =>
            (project === undefined || name === project) &&
            permitsSomewhere(principal, 'read', name),
        )
        const found = await context.pullRequests.list({
          projectIds: readable.map(({ id }) => id),
          status,
          ...numberedPage(asked),
        })
        const surroundings = await surroundingsOf(deps, principal, found.slice(0, asked.limit))
        const shown = pageOf(found, asked, {
          show: (one) => presentItem(one, surroundings),
          numberOf: ({ id }) => id,
        })
        return c.json(shown, 200)
      },
    )
    .get(
      '/projects/:project/pull-requests/:number',
      route({
        summary: 'A pull request with what was made of it',
        tag,
        demands: 'read',
        on: 'somewhere',
        answers: { 200: PullRequestView },
      }),
      params(PullRequestNumber),
      async (c) => {
        const { project, number } = c.req.valid('param')
        demandSomewhere(c, 'read', project)
        const { id } = await context.projects.named(project)
        const pullRequest = await context.pullRequests.get(id, number)
        return c.json(await viewPullRequest(deps, c.get('principal'), pullRequest), 200)
      },
    )
}
