import { Hono } from 'hono'
import { z } from 'zod'
import { permitsSomewhere } from '../../access/index.ts'
import {
  type AddedProject,
  addProject,
  editProject,
  refetchProject,
} from '../../app/projects/add-project.ts'
import { AppError } from '../../platform/errors.ts'
import type { ProjectView } from '../../projects/index.ts'
import { ProjectName } from '../common-schema.ts'
import type { ContextOf } from '../context-of.ts'
import type { ApiEnv } from '../deps.ts'
import { body, demand, params, route } from '../route.ts'
import { demandSomewhere } from '../somewhere.ts'
import { bundleRoutes } from './bundle-routes.ts'
import { forgeWish } from './forge-wish.ts'
import { presentProject } from './present.ts'
import { EditProject, NewProject, Project } from './schema.ts'

type Deps = ContextOf<'config' | 'dataDirectory' | 'forges' | 'repositories'>

const tag = 'Projects'

/** Milliseconds that a client waits for a fetch; it goes on when they are over. */
const PATIENCE = 20_000

/** Projects and the repositories that they are fetched from. */
export function projectsRoutes({ context }: Deps) {
  const { repositories } = context
  return new Hono<ApiEnv>()
    .get(
      '/projects',
      route({
        summary: 'Projects, by name',
        tag,
        demands: 'read',
        on: 'somewhere',
        answers: { 200: z.array(Project) },
      }),
      async (c) => {
        const principal = c.get('principal')
        const all = await repositories.list()
        const seen = all.filter(({ name }) => permitsSomewhere(principal, 'read', name))
        return c.json(
          seen.map((one) => presentProject(one, principal)),
          200,
        )
      },
    )
    .post(
      '/projects',
      route({
        summary: 'Add a project by the address of its repository',
        description:
          'Answers 201 when it was fetched, 202 when that takes longer and goes on. A user and password in an https address are kept sealed and shown to nobody.',
        tag,
        demands: 'project:write',
        answers: { 201: Project, 202: Project },
      }),
      body(NewProject),
      async (c) => {
        demand(c, 'project:write')
        const { source, name, branch, host } = c.req.valid('json')
        const actor = c.get('principal').name
        const wish = host && forgeWish(c, host, {})
        const added = await addProject(context, { source, name, branch, actor }, wish)
        const fetched = await settled(added)
        // It is there; why it could not be fetched or read stands in it.
        const project = fetched.project ?? (await repositories.byId(added.project.id))
        const status = fetched.isOver ? 201 : 202
        return c.json(presentProject(project, c.get('principal')), status)
      },
    )
    .get(
      '/projects/:project',
      route({
        summary: 'A project',
        tag,
        demands: 'read',
        on: 'somewhere',
        answers: { 200: Project },
      }),
      params(ProjectName),
      async (c) => {
        const { project } = c.req.valid('param')
        demandSomewhere(c, 'read', project)
        return c.json(presentProject(await repositories.get(project), c.get('principal')), 200)
      },
    )
    .patch(
      '/projects/:project',
      route({
        summary: 'Change where a project is fetched from',
        tag,
        demands: 'project:write',
        on: 'project',
        answers: { 200: Project, 202: Project },
      }),
      params(ProjectName),
      body(EditProject),
      async (c) => {
        const { project } = c.req.valid('param')
        demand(c, 'project:write', { project })
        const { branch, source } = c.req.valid('json')
        const actor = c.get('principal').name
        const edited = await editProject(context, project, { branch, source, actor })
        const fetched = await settled(edited)
        const now = fetched.project ?? (await repositories.byId(edited.project.id))
        return c.json(presentProject(now, c.get('principal')), fetched.isOver ? 200 : 202)
      },
    )
    .post(
      '/projects/:project/fetch',
      route({
        summary: 'Fetch a project now',
        tag,
        demands: 'project:write',
        on: 'project',
        answers: { 200: Project, 202: Project },
      }),
      params(ProjectName),
      async (c) => {
        const { project } = c.req.valid('param')
        demand(c, 'project:write', { project })
        const begun = await refetchProject(context, project, c.get('principal').name)
        const fetched = await settled(begun)
        if (fetched.refused !== undefined) throw fetched.refused
        const now = fetched.project ?? begun.project
        return c.json(presentProject(now, c.get('principal')), fetched.isOver ? 200 : 202)
      },
    )
    .route('/', bundleRoutes({ context }))
}

interface Settled {
  readonly isOver: boolean
  readonly project?: ProjectView
  readonly refused?: AppError
}

/** What became of a fetch as long as a client waits for it. What failed for no reason is thrown. */
async function settled({ fetched }: AddedProject): Promise<Settled> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<Settled>((resolve) => {
    timer = setTimeout(() => resolve({ isOver: false }), PATIENCE)
  })
  const end = fetched.then(
    (project): Settled => ({ isOver: true, project }),
    (error: unknown): Settled => {
      if (error instanceof AppError) return { isOver: true, refused: error }
      throw error
    },
  )
  try {
    return await Promise.race([end, patience])
  } finally {
    clearTimeout(timer)
  }
}
