import { Hono } from 'hono'
import { isWholePerson } from '../../access/index.ts'
import {
  commentProposal,
  editProposal,
  openProposal,
  refreshSeen,
} from '../../app/pull-requests/proposals.ts'
import { AppError, forbidden, invalid } from '../../platform/errors.ts'
import { ProjectName } from '../common-schema.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { body, params, route } from '../route.ts'
import { demandSomewhere } from '../somewhere.ts'
import {
  EditProposal,
  NewComment,
  NewProposal,
  PullRequestNumber,
  PullRequestView,
} from './schema.ts'
import { mayEdit, viewPullRequest } from './view.ts'

const tag = 'Pull requests'
const onPlainGit =
  'Where Portolan itself is the host, as of a repository that is fetched from a path.'

export function proposalRoutes(deps: ApiDeps) {
  const { context } = deps
  return new Hono<ApiEnv>()
    .post(
      '/projects/:project/pull-requests',
      route({
        summary: 'Propose a branch that was pushed',
        description: `${onPlainGit} Answers as soon as it is recorded; it is planned then. Where it is proposed already, what was pushed since is looked at.`,
        tag,
        demands: 'change:plan',
        on: 'project',
        answers: { 201: PullRequestView },
      }),
      params(ProjectName),
      body(NewProposal),
      async (c) => {
        const { project: name } = c.req.valid('param')
        demandSomewhere(c, 'change:plan', name)
        const { branch, base, title, body: text, draft } = c.req.valid('json')
        const principal = c.get('principal')
        const project = await context.projects.named(name)
        const opened = await openProposal(context, project, {
          headBranch: branch,
          baseBranch: base,
          title,
          body: text,
          isDraft: draft,
          author: principal.name,
        }).catch(async (error: unknown) => {
          const number = error instanceof AppError ? error.details['number'] : undefined
          if (typeof number === 'number') {
            await refreshSeen(context, { projectId: project.id, number })
          }
          throw error
        })
        return c.json(await viewPullRequest(deps, principal, opened), 201)
      },
    )
    .patch(
      '/projects/:project/pull-requests/:number',
      route({
        summary: 'Reword a pull request, make it ready, close it or open it again',
        description: `${onPlainGit} For who opened it, and for who may apply in the project.`,
        tag,
        demands: 'change:plan',
        on: 'project',
        answers: { 200: PullRequestView },
      }),
      params(PullRequestNumber),
      body(EditProposal),
      async (c) => {
        const { project: name, number } = c.req.valid('param')
        demandSomewhere(c, 'change:plan', name)
        const { draft, ...edit } = c.req.valid('json')
        if (Object.values({ draft, ...edit }).every((one) => one === undefined)) {
          throw invalid('nothing is to be changed', {
            next: 'Say what: title, body, draft, status.',
          })
        }
        const principal = c.get('principal')
        const project = await context.projects.named(name)
        const { author } = await context.pullRequests.get(project.id, number)
        if (!mayEdit(principal, { project: name, author })) {
          throw forbidden(`${principal.name} may not change #${number} of ${author}`, {
            next: 'Whoever opened it may, and who may apply in the project.',
          })
        }
        const edited = await editProposal(context, project, {
          ...edit,
          isDraft: draft,
          number,
          actor: principal.name,
        })
        return c.json(await viewPullRequest(deps, principal, edited), 200)
      },
    )
    .post(
      '/projects/:project/pull-requests/:number/comments',
      route({
        summary: 'Comment on a pull request',
        description: `${onPlainGit} A command when its first word is \`portolan\`: what became of it is told in the pull request.`,
        tag,
        demands: ['change:plan', 'run:approve'],
        on: 'project',
        answers: { 201: PullRequestView },
      }),
      params(PullRequestNumber),
      body(NewComment),
      async (c) => {
        const { project: name, number } = c.req.valid('param')
        demandSomewhere(c, ['change:plan', 'run:approve'], name)
        const principal = c.get('principal')
        const project = await context.projects.named(name)
        await commentProposal(context, project, {
          number,
          author: principal.name,
          body: c.req.valid('json').body,
          isWhole: isWholePerson(principal),
        })
        const pullRequest = await context.pullRequests.get(project.id, number)
        return c.json(await viewPullRequest(deps, principal, pullRequest), 201)
      },
    )
}
