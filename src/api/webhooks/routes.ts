import { Hono } from 'hono'
import { type Principal, permits, permitsSomewhere, placesOf } from '../../access/index.ts'
import { notFound } from '../../platform/errors.ts'
import { NumberId } from '../common-schema.ts'
import type { ContextOf } from '../context-of.ts'
import { numberedPage, pageOf } from '../cursor.ts'
import type { ApiEnv } from '../deps.ts'
import { demand, page, params, query, route } from '../route.ts'
import { demandSomewhere } from '../somewhere.ts'
import { presentDelivery, presentWhole } from './present.ts'
import * as schema from './schema.ts'

const tag = 'Webhooks'

/** What hosts sent: to see why nothing happened, and to do it again. */
export function webhooksRoutes({ context: { deliveries } }: ContextOf<'deliveries'>) {
  const visible = async (principal: Principal, id: number) => {
    const delivery = await deliveries.get(id)
    if (permitsSomewhere(principal, 'read', delivery.project)) return delivery
    throw notFound('there is nothing at this address that you may see')
  }
  return new Hono<ApiEnv>()
    .get(
      '/webhooks',
      route({
        summary: 'What hosts sent to the webhook, newest first',
        description: 'Of the projects that you may set up. Kept for 30 days.',
        tag,
        demands: 'project:write',
        on: 'somewhere',
        answers: { 200: page(schema.WebhookDelivery) },
      }),
      query(schema.WebhooksQuery),
      async (c) => {
        const { project, status, ...asked } = c.req.valid('query')
        demandSomewhere(c, 'project:write', project)
        const { before, limit } = numberedPage(asked)
        const projects = shownProjects(c.get('principal'), project)
        const found = await deliveries.list({ projects, status, before, limit })
        return c.json(
          pageOf(found, asked, { show: presentDelivery, numberOf: ({ id }) => id }),
          200,
        )
      },
    )
    .get(
      '/webhooks/:id',
      route({
        summary: 'What a host sent, as it came',
        description: 'Without signatures and secrets.',
        tag,
        demands: 'project:write',
        on: 'project',
        answers: { 200: schema.WebhookDeliveryView },
      }),
      params(NumberId),
      async (c) => {
        const found = await visible(c.get('principal'), c.req.valid('param').id)
        demand(c, 'project:write', { project: found.project })
        return c.json(presentWhole(found), 200)
      },
    )
    .post(
      '/webhooks/:id/replay',
      route({
        summary: 'Handle once more what a host sent',
        description: 'As if it came now. A command that was carried out is not carried out again.',
        tag,
        demands: 'project:write',
        on: 'project',
        answers: { 200: schema.WebhookDeliveryView },
      }),
      params(NumberId),
      async (c) => {
        const { id } = c.req.valid('param')
        const { project } = await visible(c.get('principal'), id)
        demand(c, 'project:write', { project })
        return c.json(presentWhole(await deliveries.replay(id, c.get('principal').name)), 200)
      },
    )
}

/** The names of those whose deliveries may be shown; undefined: all of them. */
function shownProjects(
  principal: Principal,
  asked: string | undefined,
): readonly string[] | undefined {
  if (asked !== undefined) {
    return permits(principal, 'project:write', { project: asked }) ? [asked] : []
  }
  const places = placesOf(principal, 'project:write').filter(
    ({ environment }) => environment === undefined,
  )
  if (places.some(({ project }) => project === undefined)) return undefined
  return places.flatMap(({ project }) => project ?? [])
}
