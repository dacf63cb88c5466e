import { Hono } from 'hono'
import { placesOf } from '../../access/index.ts'
import { createWorkService, listChanges } from '../../changes/index.ts'
import { invalid } from '../../platform/errors.ts'
import { NumberId } from '../common-schema.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { page, params, query, route } from '../route.ts'
import { presentListed, presentView } from './present.ts'
import { ChangeListItem, ChangesQuery, ChangeView } from './schema.ts'
import { visibleChange } from './visible-change.ts'

export function changeReadRoutes(deps: ApiDeps) {
  const { context } = deps
  const works = createWorkService(context.db)
  return new Hono<ApiEnv>()
    .get(
      '/changes',
      route({
        summary: 'Changes, newest first',
        tag: 'Changes',
        demands: 'read',
        on: 'somewhere',
        answers: { 200: page(ChangeListItem) },
      }),
      query(ChangesQuery),
      async (c) => {
        const { cursor, limit, ...filter } = c.req.valid('query')
        const places = placesOf(c.get('principal'), 'read')
        const before = cursor === undefined ? undefined : readCursor(cursor)
        const found = await listChanges(context.db, {
          ...filter,
          places,
          before,
          limit: limit + 1,
        })
        const shown = found.slice(0, limit)
        const working = await works.of(shown.map(({ change }) => change.id))
        return c.json({
          items: shown.map((one) => presentListed(one, working.get(one.change.id))),
          next: found.length > limit ? String(shown.at(-1)?.change.id) : null,
        })
      },
    )
    .get(
      '/changes/:id',
      route({
        summary: 'A change with its workspaces, as they stand now',
        tag: 'Changes',
        demands: 'read',
        on: 'somewhere',
        answers: { 200: ChangeView },
      }),
      params(NumberId),
      async (c) => {
        const { id } = c.req.valid('param')
        const principal = c.get('principal')
        // First: what is told after it is in the view already, or follows.
        const lastEvent = await context.changes.lastEvent(id)
        const { view, project } = await visibleChange(deps, principal, id)
        const working = (await works.of([id])).get(id)
        return c.json(presentView({ view, project, working, lastEvent }, principal))
      },
    )
}

function readCursor(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw invalid('the cursor is none', { next: 'Give `next` of the page before, as it was.' })
}
