import { type Context, Hono } from 'hono'
import type { ForgeRecord, HostKind } from '../../forges/index.ts'
import { ProjectName } from '../common-schema.ts'
import type { ContextOf } from '../context-of.ts'
import type { ApiEnv } from '../deps.ts'
import { body, demand, params, route } from '../route.ts'
import * as schema from './forge-schema.ts'
import { forgeWish } from './forge-wish.ts'
import { presentForge, presentVerdict } from './present-forge.ts'

const about = { tag: 'Projects', demands: 'project:write', on: 'project' } as const

/** The host of a project's repository: where pull requests come from, and where they are answered. */
export function forgeRoutes({ context: { forges } }: ContextOf<'forges'>) {
  return new Hono<ApiEnv>()
    .get(
      '/projects/:project/forge',
      route({
        summary: "How a project's host is spoken to",
        description: 'No credential and no secret is ever shown.',
        ...about,
        answers: { 200: schema.ProjectForge },
      }),
      params(ProjectName),
      async (c) => {
        const project = demanded(c, c.req.valid('param'))
        return c.json(present(c, await forges.show(project)), 200)
      },
    )
    .put(
      '/projects/:project/forge',
      route({
        summary: "Say how a project's host is spoken to",
        description:
          'What is absent stays, or is told from the address of the repository. Credentials have to be given again for another host. Roles for people of the host, and whether their workflows run commands, are for an administrator of the project.',
        ...about,
        answers: { 200: schema.ProjectForge },
      }),
      params(ProjectName),
      body(schema.SetProjectForge),
      async (c) => {
        const project = demanded(c, c.req.valid('param'))
        const wish = forgeWish(c, c.req.valid('json'), { project })
        return c.json(present(c, await forges.set(project, wish, c.get('principal').name)), 200)
      },
    )
    .delete(
      '/projects/:project/forge',
      route({
        summary: 'Make a project plain git again',
        ...about,
        answers: { 200: schema.ProjectForge },
      }),
      params(ProjectName),
      async (c) => {
        const project = demanded(c, c.req.valid('param'))
        return c.json(present(c, await forges.unset(project, c.get('principal').name)), 200)
      },
    )
    .post(
      '/projects/:project/forge/secrets',
      route({
        summary: 'Make a secret for the webhook',
        description:
          'It is shown this once. The one before is accepted too, until the rotation is ended. One that the host already has, as that of a GitHub App, can be given.',
        ...about,
        answers: { 201: schema.NewWebhookSecret },
      }),
      params(ProjectName),
      body(schema.WebhookSecretWish),
      async (c) => {
        const project = demanded(c, c.req.valid('param'))
        const { secret: given } = c.req.valid('json')
        const made = await forges.addSecret(project, given, c.get('principal').name)
        const { secret, kind, accepted } = made
        return c.json({ secret, webhookUrl: webhookUrl(c, kind), accepted }, 201)
      },
    )
    .delete(
      '/projects/:project/forge/secrets/old',
      route({
        summary: 'Accept only the newest secret of the webhook',
        ...about,
        answers: { 200: schema.ProjectForge },
      }),
      params(ProjectName),
      async (c) => {
        const project = demanded(c, c.req.valid('param'))
        return c.json(present(c, await forges.endRotation(project, c.get('principal').name)), 200)
      },
    )
    .post(
      '/projects/:project/forge/test',
      route({
        summary: 'Look which of the set-up works',
        description: 'Asks the host. Nothing is changed there.',
        ...about,
        answers: { 200: schema.ForgeVerdict },
      }),
      params(ProjectName),
      async (c) => {
        const project = demanded(c, c.req.valid('param'))
        const { kind } = await forges.show(project)
        const expected = { webhookUrl: kind === 'git' ? undefined : webhookUrl(c, kind) }
        const checks = await forges.check(project, expected)
        return c.json(presentVerdict(checks), 200)
      },
    )
}

/** The project, which who asks may set up. @throws AppError `forbidden`, `not_found` */
function demanded(c: Context<ApiEnv>, { project }: { readonly project: string }): string {
  demand(c, 'project:write', { project })
  return project
}

function present(c: Context<ApiEnv>, forge: ForgeRecord) {
  return presentForge(forge, forge.kind === 'git' ? undefined : webhookUrl(c, forge.kind))
}

/** What is entered on the host, as this server is reached from outside. */
function webhookUrl(c: Context<ApiEnv>, kind: HostKind): string {
  return `${c.get('visit').origin}/webhooks/${kind}`
}
