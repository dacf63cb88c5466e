import { Hono } from 'hono'
import { z } from 'zod'
import { permits, permitsSomewhere } from '../../access/index.ts'
import { record } from '../../audit/index.ts'
import { listDeployed, listStandings } from '../../changes/index.ts'
import { conflict, invalid, notFound } from '../../platform/errors.ts'
import { readBody } from '../../platform/http/body.ts'
import { reply } from '../../platform/http/reply.ts'
import { type Workspace, workspaceName } from '../../projects/index.ts'
import { ProjectName, WorkspaceName } from '../common-schema.ts'
import type { ApiEnv } from '../deps.ts'
import { body, demand, params, query, route } from '../route.ts'
import type { WorkspaceDeps } from './deps.ts'
import { createFinder } from './place.ts'
import { presentDeployed, presentWorkspace, presentWritten } from './present.ts'
import {
  Deployed,
  PushedState,
  PushState,
  QuarantinePlace,
  RawState,
  RenameWorkspace,
  WorkspaceItem,
} from './schema.ts'

const LARGEST_STATE = 256 * 1024 * 1024
const DEADLINE_MILLISECONDS = 60_000

/** What people do to workspaces from a command line: states that they bring, another name. */
export function repairRoutes(deps: WorkspaceDeps) {
  const { state, projects, runs, db } = deps.context
  const find = createFinder(deps)
  return new Hono<ApiEnv>()
    .get(
      '/projects/:project/deployed',
      route({
        summary: 'What is recorded of each workspace, to be compared with a working tree',
        tag: 'Workspaces',
        demands: 'read',
        on: 'somewhere',
        answers: { 200: z.array(Deployed) },
      }),
      params(ProjectName),
      async (c) => {
        const { project } = c.req.valid('param')
        const principal = c.get('principal')
        if (!permitsSomewhere(principal, 'read', project)) throw unseen()
        const { id } = await projects.named(project)
        const all = (await listDeployed(db, id)).filter(({ environment }) =>
          permits(principal, 'read', { project, environment }),
        )
        return c.json(all.map(presentDeployed))
      },
    )
    .post(
      '/projects/:project/workspaces/:workspace/state',
      route({
        summary: 'Record a state as it is',
        description:
          "The exact bytes. One's own lock is no obstacle. With `force` it needs state:force-unlock, too.",
        tag: 'States',
        demands: 'state:write',
        on: 'environment',
        answers: { 200: PushedState },
      }),
      params(WorkspaceName),
      query(PushState),
      async (c) => {
        const workspace = await find(c, c.req.valid('param'), 'state:write')
        const { id } = workspace
        const { cause, reason = '', force } = c.req.valid('query')
        // A token that may write states for Terraform must not be able to put an old one in their place.
        if (force === 'true') demand(c, 'state:force-unlock', workspace)
        if (force === 'true' && reason.trim() === '') {
          throw invalid('to force a state needs a reason, which is recorded', {
            next: 'Add --reason "…".',
          })
        }
        const actor = c.get('principal').name
        const held = await state.heldLock(id)
        const isOwn = held?.kind === 'person' && held.actor === actor
        const limits = { size: LARGEST_STATE, deadline: DEADLINE_MILLISECONDS }
        const bytes = await readBody(c.env.incoming, limits)
        // A body that was lost is no state: quarantine would only raise questions.
        if (bytes.length === 0) throw invalid('the upload is empty', { next: 'Send a state.' })
        const result = await state.write(id, {
          bytes,
          actor,
          cause,
          authority: isOwn ? { kind: 'lock', lockId: held.id } : { kind: 'none' },
          ...(reason === '' ? {} : { reason }),
          ...(force === 'true' ? { force: { reason } } : {}),
        })
        return c.json(presentWritten(result))
      },
    )
    .get(
      '/projects/:project/workspaces/:workspace/quarantine/:id/state',
      route({
        summary: 'The exact bytes of a rejected state; that is recorded',
        tag: 'States',
        demands: 'state:read-raw',
        on: 'environment',
        answers: { 200: RawState },
      }),
      params(QuarantinePlace),
      async (c) => {
        const { id, ...place } = c.req.valid('param')
        const workspace = await find(c, place, 'state:read-raw')
        const open = await state.quarantined(workspace.id)
        if (!open.some((one) => one.id === id)) throw unseen()
        const bytes = await state.quarantinedBytes(id)
        await record(db, {
          actor: c.get('principal').name,
          action: 'state.read-raw',
          subject: workspaceName(workspace, 'full'),
          details: { quarantined: id },
        })
        return reply(200, bytes, {
          'Content-Type': 'application/json',
          'Cache-Control': 'no-store',
          'X-Content-Type-Options': 'nosniff',
        })
      },
    )
    .post(
      '/projects/:project/workspaces/:workspace/rename',
      route({
        summary: 'Give a workspace another name; its state, its lock and its history go with it',
        tag: 'Workspaces',
        demands: 'state:write',
        on: 'environment',
        answers: { 200: WorkspaceItem },
      }),
      params(WorkspaceName),
      body(RenameWorkspace),
      async (c) => {
        const workspace = await find(c, c.req.valid('param'), 'state:write')
        const to = c.req.valid('json')
        demand(c, 'state:write', { project: workspace.project, environment: to.environment })
        await refuseBusy(workspace)
        const { id } = await projects.renameWorkspace(workspace, to, c.get('principal').name)
        const [standing] = await listStandings(db, { workspaceId: id })
        if (standing === undefined) throw unseen()
        return c.json(presentWorkspace(standing))
      },
    )

  async function refuseBusy(workspace: Workspace): Promise<void> {
    const live = await runs.live(workspace.id)
    const busy = live.find(({ status }) => status === 'applying' || status === 'unknown')
    if (busy === undefined) return
    throw conflict(`run-${busy.id} of ${workspaceName(workspace)} is ${busy.status}`, {
      next: 'Rename it when that is over: portolan status',
    })
  }
}

function unseen() {
  return notFound('there is nothing at this address that you may see')
}
