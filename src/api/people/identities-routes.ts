import { Hono } from 'hono'
import { z } from 'zod'
import type { Identity as AccessIdentity } from '../../access/index.ts'
import type { ApiEnv } from '../deps.ts'
import { Identity, NewIdentity } from '../projects/forge-schema.ts'
import { body, demand, params, route } from '../route.ts'
import type { PeopleDeps } from './people-deps.ts'

const tag = 'People'

/** Who people are on the hosts of repositories: what they comment there, they do here. */
export function identitiesRoutes({ context: { access } }: PeopleDeps) {
  return new Hono<ApiEnv>()
    .get(
      '/identities',
      route({
        summary: 'Who people are on hosts',
        tag,
        demands: 'admin',
        answers: { 200: z.array(Identity) },
      }),
      async (c) => {
        demand(c, 'admin')
        return c.json((await access.identities.list()).map(present), 200)
      },
    )
    .post(
      '/identities',
      route({
        summary: "Link a host's login to a person",
        description:
          'What this login comments on the host counts as said by the person from then on, who may do there what they may do here.',
        tag,
        demands: 'admin',
        answers: { 201: Identity },
      }),
      body(NewIdentity),
      async (c) => {
        demand(c, 'admin')
        const linked = await access.identities.link(c.get('principal'), c.req.valid('json'))
        return c.json(present(linked), 201)
      },
    )
    .delete(
      '/identities/:host/:login',
      route({
        summary: 'End the link of a login to a person',
        tag,
        demands: 'admin',
        answers: { 204: undefined },
      }),
      params(NewIdentity.omit({ person: true })),
      async (c) => {
        demand(c, 'admin')
        await access.identities.unlink(c.get('principal'), c.req.valid('param'))
        return c.body(null, 204)
      },
    )
}

function present(identity: AccessIdentity): z.infer<typeof Identity> {
  return { ...identity, createdAt: identity.createdAt.toISOString() }
}
