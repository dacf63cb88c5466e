import { Hono } from 'hono'
import { z } from 'zod'
import { permits } from '../../access/index.ts'
import { listStandings } from '../../changes/index.ts'
import { notFound } from '../../platform/errors.ts'
import { ProjectName, WorkspaceName } from '../common-schema.ts'
import { numberedPage, pageOf } from '../cursor.ts'
import type { ApiEnv } from '../deps.ts'
import { PageQuery, params, query, route } from '../route.ts'
import { presentRun } from '../runs/present.ts'
import { demandSomewhere } from '../somewhere.ts'
import type { WorkspaceDeps } from './deps.ts'
import { createFinder } from './place.ts'
import { presentWorkspace, presentWorkspaceDetails } from './present.ts'
import { RunList, WorkspaceDetails, WorkspaceItem } from './schema.ts'

/** How workspaces stand. */
export function standingRoutes(deps: WorkspaceDeps) {
  const { context } = deps
  const find = createFinder(deps)
  return new Hono<ApiEnv>()
    .get(
      '/projects/:project/workspaces',
      route({
        summary: 'The workspaces of a project that who asks may see, in dependency order',
        tag: 'Workspaces',
        demands: 'read',
        on: 'somewhere',
        answers: { 200: z.array(WorkspaceItem) },
      }),
      params(ProjectName),
      async (c) => {
        const { project } = c.req.valid('param')
        const principal = c.get('principal')
        demandSomewhere(c, 'read', project)
        const all = await listStandings(context.db, { project })
        const seen = all.filter((standing) => permits(principal, 'read', standing))
        return c.json(seen.map(presentWorkspace))
      },
    )
    .get(
      '/projects/:project/workspaces/:workspace',
      route({
        summary: 'How a workspace stands, and what who asks may do with it',
        tag: 'Workspaces',
        demands: 'read',
        on: 'environment',
        answers: { 200: WorkspaceDetails },
      }),
      params(WorkspaceName),
      async (c) => {
        const { id } = await find(c, c.req.valid('param'), 'read')
        const [standing] = await listStandings(context.db, { workspaceId: id })
        if (standing === undefined) throw notFound(`there is no workspace ${id}`)
        const facts = {
          standing,
          lock: await context.state.heldLock(id),
          quarantined: (await context.state.quarantined(id)).length,
        }
        return c.json(presentWorkspaceDetails(facts, c.get('principal')))
      },
    )
    .get(
      '/projects/:project/workspaces/:workspace/runs',
      route({
        summary: 'The runs of a workspace, newest first',
        tag: 'Workspaces',
        demands: 'read',
        on: 'environment',
        answers: { 200: RunList },
      }),
      params(WorkspaceName),
      query(PageQuery),
      async (c) => {
        const workspace = await find(c, c.req.valid('param'), 'read')
        const asked = c.req.valid('query')
        const runs = await context.runs.list(workspace.id, numberedPage(asked))
        return c.json(
          pageOf(runs, asked, {
            show: (run) => presentRun(run, workspace),
            numberOf: (run) => run.id,
          }),
        )
      },
    )
}
