import { Hono } from 'hono'
import { z } from 'zod'
import { notFound } from '../../platform/errors.ts'
import { WorkspaceName } from '../common-schema.ts'
import type { ApiEnv } from '../deps.ts'
import { body, params, route } from '../route.ts'
import type { WorkspaceDeps } from './deps.ts'
import { createFinder } from './place.ts'
import { presentQuarantined, presentVersion } from './present.ts'
import { Decision, Quarantined, QuarantinePlace, StateVersion } from './schema.ts'

/** States that were rejected and kept: somebody decides on them. */
export function quarantineRoutes(deps: WorkspaceDeps) {
  const { state } = deps.context
  const find = createFinder(deps)

  /** @throws AppError `not_found` for what is not open in this very workspace */
  const demandOpen = async (workspaceId: string, id: string) => {
    const open = await state.quarantined(workspaceId)
    if (open.some((one) => one.id === id)) return
    throw notFound(`no rejected state ${id} of this workspace waits for a decision`, {
      next: 'Somebody may have decided on it meanwhile: look again.',
    })
  }

  return new Hono<ApiEnv>()
    .get(
      '/projects/:project/workspaces/:workspace/quarantine',
      route({
        summary: 'Rejected states that nobody decided on, newest first',
        tag: 'States',
        demands: 'read',
        on: 'environment',
        answers: { 200: z.array(Quarantined) },
      }),
      params(WorkspaceName),
      async (c) => {
        const { id } = await find(c, c.req.valid('param'), 'read')
        return c.json((await state.quarantined(id)).map(presentQuarantined))
      },
    )
    .post(
      '/projects/:project/workspaces/:workspace/quarantine/:id/promote',
      route({
        summary: 'Make a rejected state the current one',
        tag: 'States',
        demands: 'state:write',
        on: 'environment',
        answers: { 200: StateVersion },
      }),
      params(QuarantinePlace),
      body(Decision),
      async (c) => {
        const { id, ...place } = c.req.valid('param')
        const workspace = await find(c, place, 'state:write')
        await demandOpen(workspace.id, id)
        const { reason } = c.req.valid('json')
        const actor = c.get('principal').name
        return c.json(presentVersion(await state.promote(id, { actor, reason })))
      },
    )
    .post(
      '/projects/:project/workspaces/:workspace/quarantine/:id/dismiss',
      route({
        summary: 'Decide that a rejected state is not needed; its bytes are kept',
        tag: 'States',
        demands: 'state:write',
        on: 'environment',
        answers: { 204: undefined },
      }),
      params(QuarantinePlace),
      body(Decision),
      async (c) => {
        const { id, ...place } = c.req.valid('param')
        const workspace = await find(c, place, 'state:write')
        await demandOpen(workspace.id, id)
        const { reason } = c.req.valid('json')
        await state.dismiss(id, { actor: c.get('principal').name, reason })
        return c.body(null, 204)
      },
    )
}
