import { Hono } from 'hono'
import { notFound } from '../../platform/errors.ts'
import { workspaceName } from '../../projects/index.ts'
import { diffStates, maskState, parseState } from '../../state/index.ts'
import { WorkspaceName } from '../common-schema.ts'
import { numberedPage, pageOf } from '../cursor.ts'
import type { ApiEnv } from '../deps.ts'
import { PageQuery, params, query, route } from '../route.ts'
import type { WorkspaceDeps } from './deps.ts'
import { createFinder } from './place.ts'
import { presentDifference, presentResources, presentVersion } from './present.ts'
import {
  Comparison,
  Resources,
  StateDifference,
  StateVersion,
  StateVersions,
  VersionPlace,
} from './schema.ts'

/** The states that a workspace ever had. */
export function versionRoutes(deps: WorkspaceDeps) {
  const { state } = deps.context
  const find = createFinder(deps)
  return new Hono<ApiEnv>()
    .get(
      '/projects/:project/workspaces/:workspace/versions',
      route({
        summary: 'The recorded states of a workspace, newest first',
        tag: 'States',
        demands: 'read',
        on: 'environment',
        answers: { 200: StateVersions },
      }),
      params(WorkspaceName),
      query(PageQuery),
      async (c) => {
        const { id } = await find(c, c.req.valid('param'), 'read')
        const asked = c.req.valid('query')
        const versions = await state.history(id, numberedPage(asked))
        return c.json(
          pageOf(versions, asked, { show: presentVersion, numberOf: (one) => one.number }),
        )
      },
    )
    .get(
      '/projects/:project/workspaces/:workspace/versions/:number',
      route({
        summary: 'A recorded state',
        tag: 'States',
        demands: 'read',
        on: 'environment',
        answers: { 200: StateVersion },
      }),
      params(VersionPlace),
      async (c) => {
        const { number, ...place } = c.req.valid('param')
        const { id } = await find(c, place, 'read')
        return c.json(presentVersion(await state.version(id, number)))
      },
    )
    .get(
      '/projects/:project/workspaces/:workspace/versions/:number/resources',
      route({
        summary: 'The resources of a recorded state, masked',
        tag: 'States',
        demands: 'read',
        on: 'environment',
        answers: { 200: Resources },
      }),
      params(VersionPlace),
      async (c) => {
        const { number, ...place } = c.req.valid('param')
        const { id } = await find(c, place, 'read')
        const bytes = await state.bytes(await state.version(id, number))
        return c.json(presentResources(number, maskState(parseState(bytes))))
      },
    )
    .get(
      '/projects/:project/workspaces/:workspace/differences',
      route({
        summary: 'What differs between two recorded states, masked',
        description:
          'Without `to`: the current one. Without `from`: the version before `to`, so that it says what `to` changed.',
        tag: 'States',
        demands: 'read',
        on: 'environment',
        answers: { 200: StateDifference },
      }),
      params(WorkspaceName),
      query(Comparison),
      async (c) => {
        const workspace = await find(c, c.req.valid('param'), 'read')
        const { from, to } = c.req.valid('query')
        const after =
          to === undefined
            ? await state.current(workspace.id)
            : await state.version(workspace.id, to)
        if (after === undefined) {
          throw notFound(`no state is recorded of ${workspaceName(workspace)} yet`)
        }
        const earlier = from ?? after.number - 1
        const before = earlier < 1 ? undefined : await state.version(workspace.id, earlier)
        const diff = diffStates(
          before && parseState(await state.bytes(before)),
          parseState(await state.bytes(after)),
        )
        return c.json(presentDifference({ from: before?.number, to: after.number }, diff))
      },
    )
}
