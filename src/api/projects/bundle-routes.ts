import { Hono } from 'hono'
import { invalid } from '../../platform/errors.ts'
import { ProjectName } from '../common-schema.ts'
import type { ContextOf } from '../context-of.ts'
import type { ApiEnv } from '../deps.ts'
import { body, params, route } from '../route.ts'
import { demandSomewhere } from '../somewhere.ts'
import { KnownCommits, ReceivedBundle } from './schema.ts'

const tag = 'Projects'

/** How commits that were not pushed come to the server: what it has is asked, and the rest is sent. */
export function bundleRoutes({ context: { repositories } }: ContextOf<'repositories'>) {
  return new Hono<ApiEnv>()
    .post(
      '/projects/:project/commits/known',
      route({
        summary: 'Which of these commits the server has',
        tag,
        demands: 'change:plan',
        on: 'somewhere',
        answers: { 200: KnownCommits },
      }),
      params(ProjectName),
      body(KnownCommits),
      async (c) => {
        const { project } = c.req.valid('param')
        demandSomewhere(c, 'change:plan', project)
        const { commits } = c.req.valid('json')
        return c.json({ commits: await repositories.knownCommits(project, commits) }, 200)
      },
    )
    .post(
      '/projects/:project/bundles',
      route({
        summary: 'Send a commit as a git bundle',
        description:
          'The body is a bundle with one tip, on top of commits that the server has (application/octet-stream). None of its refs is taken.',
        tag,
        demands: 'change:plan',
        on: 'somewhere',
        answers: { 201: ReceivedBundle },
      }),
      params(ProjectName),
      async (c) => {
        const { project } = c.req.valid('param')
        demandSomewhere(c, 'change:plan', project)
        const content = c.req.raw.body
        if (content === null) {
          throw invalid('there is no bundle in the request', {
            next: 'Send what `git bundle create` wrote as application/octet-stream.',
          })
        }
        const { name } = c.get('principal')
        return c.json({ commit: await repositories.receiveBundle(project, content, name) }, 201)
      },
    )
}
