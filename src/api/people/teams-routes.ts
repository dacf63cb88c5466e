import { Hono } from 'hono'
import { z } from 'zod'
import type { ApiEnv } from '../deps.ts'
import { body, demand, params, route } from '../route.ts'
import type { PeopleDeps } from './people-deps.ts'
import { presentTeam } from './present.ts'
import { AccountName, EditTeam, Team } from './schema.ts'

const tag = 'People'
const Name = z.object({ name: AccountName })

/** Teams: people who have their roles together. */
export function teamsRoutes({ context: { access } }: PeopleDeps) {
  return new Hono<ApiEnv>()
    .get(
      '/teams',
      route({
        summary: 'All teams and who is in them',
        tag,
        demands: 'signed-in',
        answers: { 200: z.array(Team) },
      }),
      async (c) => c.json((await access.teams.list()).map(presentTeam)),
    )
    .put(
      '/teams/:name',
      route({
        summary: 'Make a team, or say who is in it',
        tag,
        demands: 'admin',
        answers: { 200: Team },
      }),
      params(Name),
      body(EditTeam),
      async (c) => {
        demand(c, 'admin')
        const { name } = c.req.valid('param')
        const { members } = c.req.valid('json')
        return c.json(presentTeam(await access.teams.put(c.get('principal'), name, members)))
      },
    )
    .delete(
      '/teams/:name',
      route({
        summary: 'Delete a team, and with it its roles',
        tag,
        demands: 'admin',
        answers: { 204: undefined },
      }),
      params(Name),
      async (c) => {
        demand(c, 'admin')
        await access.teams.remove(c.get('principal'), c.req.valid('param').name)
        return c.body(null, 204)
      },
    )
}
