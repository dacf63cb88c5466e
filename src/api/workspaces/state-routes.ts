import { Hono } from 'hono'
import type { z } from 'zod'
import { record } from '../../audit/index.ts'
import { notFound } from '../../platform/errors.ts'
import { reply } from '../../platform/http/reply.ts'
import { workspaceName } from '../../projects/index.ts'
import { maskState, parseState } from '../../state/index.ts'
import { WorkspaceName } from '../common-schema.ts'
import type { ApiEnv } from '../deps.ts'
import { body, params, query, route } from '../route.ts'
import type { WorkspaceDeps } from './deps.ts'
import { createFinder } from './place.ts'
import { presentOutputs, presentResources, presentVersion } from './present.ts'
import { Outputs, RawState, Resources, RollBack, StateQuery, StateVersion } from './schema.ts'

const noResources: z.infer<typeof Resources> = { resources: [] }
const noOutputs: z.infer<typeof Outputs> = { outputs: [] }

/** The current state of a workspace. */
export function stateRoutes(deps: WorkspaceDeps) {
  const { state, db } = deps.context
  const find = createFinder(deps)
  return new Hono<ApiEnv>()
    .get(
      '/projects/:project/workspaces/:workspace/resources',
      route({
        summary: 'The resources of the current state, masked',
        tag: 'States',
        demands: 'read',
        on: 'environment',
        answers: { 200: Resources },
      }),
      params(WorkspaceName),
      async (c) => {
        const { id } = await find(c, c.req.valid('param'), 'read')
        const current = await state.currentBytes(id)
        if (current === undefined) return c.json(noResources)
        const masked = maskState(parseState(current.bytes))
        return c.json(presentResources(current.version.number, masked))
      },
    )
    .get(
      '/projects/:project/workspaces/:workspace/outputs',
      route({
        summary: 'The outputs of the current state, masked',
        tag: 'States',
        demands: 'read',
        on: 'environment',
        answers: { 200: Outputs },
      }),
      params(WorkspaceName),
      async (c) => {
        const { id } = await find(c, c.req.valid('param'), 'read')
        const current = await state.currentBytes(id)
        if (current === undefined) return c.json(noOutputs)
        return c.json(presentOutputs(current.version.number, maskState(parseState(current.bytes))))
      },
    )
    .get(
      '/projects/:project/workspaces/:workspace/state',
      route({
        summary: 'The exact bytes of a state, secrets and all; that is recorded',
        tag: 'States',
        demands: 'state:read-raw',
        on: 'environment',
        answers: { 200: RawState },
      }),
      params(WorkspaceName),
      query(StateQuery),
      async (c) => {
        const workspace = await find(c, c.req.valid('param'), 'state:read-raw')
        const { version: number } = c.req.valid('query')
        const version =
          number === undefined
            ? await state.current(workspace.id)
            : await state.version(workspace.id, number)
        if (version === undefined) {
          throw notFound(`no state is recorded of ${workspaceName(workspace)} yet`)
        }
        const bytes = await state.bytes(version)
        await record(db, {
          actor: c.get('principal').name,
          action: 'state.read-raw',
          subject: workspaceName(workspace, 'full'),
          details: { version: version.number },
        })
        return reply(200, bytes, {
          'Content-Type': 'application/json',
          'Content-Disposition': `attachment; filename="version-${version.number}.tfstate"`,
          'Cache-Control': 'no-store',
          'X-Content-Type-Options': 'nosniff',
        })
      },
    )
    .post(
      '/projects/:project/workspaces/:workspace/rollback',
      route({
        summary: 'Make the content of an old version the current state again, as a new version',
        description: "One's own lock is no obstacle.",
        tag: 'States',
        demands: 'state:write',
        on: 'environment',
        answers: { 200: StateVersion },
      }),
      params(WorkspaceName),
      body(RollBack),
      async (c) => {
        const { id } = await find(c, c.req.valid('param'), 'state:write')
        const { version, reason } = c.req.valid('json')
        const actor = c.get('principal').name
        const held = await state.heldLock(id)
        const isOwn = held?.kind === 'person' && held.actor === actor
        const request = { to: version, actor, reason, ...(isOwn ? { lockId: held.id } : {}) }
        return c.json(presentVersion(await state.rollback(id, request)))
      },
    )
}
