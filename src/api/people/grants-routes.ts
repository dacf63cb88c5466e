import { Hono } from 'hono'
import { z } from 'zod'
import type { ApiEnv } from '../deps.ts'
import { body, demand, params, route } from '../route.ts'
import type { PeopleDeps } from './people-deps.ts'
import { presentGrant } from './present.ts'
import { Grant, NewGrant } from './schema.ts'

const tag = 'People'
const Id = z.object({ id: z.uuid() })

/** Roles of people and teams, everywhere or at a place. */
export function grantsRoutes({ context: { access } }: PeopleDeps) {
  return new Hono<ApiEnv>()
    .get(
      '/grants',
      route({
        summary: 'Who has which role where',
        tag,
        demands: 'signed-in',
        answers: { 200: z.array(Grant) },
      }),
      async (c) => c.json((await access.grants.list()).map(presentGrant)),
    )
    .post(
      '/grants',
      route({
        summary: 'Give a person or a team a role',
        description: 'By an administrator of the place where it is given.',
        tag,
        demands: 'admin',
        on: 'somewhere',
        answers: { 201: Grant },
      }),
      body(NewGrant),
      async (c) => {
        const wish = c.req.valid('json')
        demand(c, 'admin', { project: wish.project, environment: wish.environment })
        return c.json(presentGrant(await access.grants.give(c.get('principal'), wish)), 201)
      },
    )
    .delete(
      '/grants/:id',
      route({
        summary: 'Take a role away',
        tag,
        demands: 'admin',
        on: 'somewhere',
        answers: { 204: undefined },
      }),
      params(Id),
      async (c) => {
        const { id } = c.req.valid('param')
        const { project, environment } = await access.grants.get(id)
        demand(c, 'admin', { project, environment })
        await access.grants.take(c.get('principal'), id)
        return c.body(null, 204)
      },
    )
}
