import { Hono } from 'hono'
import { z } from 'zod'
import type { ApiEnv } from '../deps.ts'
import { body, demand, params, route } from '../route.ts'
import type { PeopleDeps } from './people-deps.ts'
import { presentPerson } from './present.ts'
import { AccountName, EditPerson, NewPerson, Person, SignInLink } from './schema.ts'

const tag = 'People'
const Name = z.object({ name: AccountName })

/** Local accounts. */
export function personRoutes({ context: { access } }: PeopleDeps) {
  return new Hono<ApiEnv>()
    .get(
      '/people',
      route({
        summary: 'Everybody with an account',
        tag,
        demands: 'signed-in',
        answers: { 200: z.array(Person) },
      }),
      async (c) => c.json((await access.people.list()).map(presentPerson)),
    )
    .post(
      '/people',
      route({
        summary: 'Make an account',
        description: 'It has no password yet: make a link, with which the person chooses one.',
        tag,
        demands: 'admin',
        answers: { 201: Person },
      }),
      body(NewPerson),
      async (c) => {
        demand(c, 'admin')
        const person = await access.people.create(c.get('principal'), c.req.valid('json'))
        return c.json(presentPerson(person), 201)
      },
    )
    .patch(
      '/people/:name',
      route({
        summary: 'Name somebody otherwise, disable or enable them',
        tag,
        demands: 'admin',
        answers: { 200: Person },
      }),
      params(Name),
      body(EditPerson),
      async (c) => {
        demand(c, 'admin')
        const { name } = c.req.valid('param')
        const person = await access.people.edit(c.get('principal'), name, c.req.valid('json'))
        return c.json(presentPerson(person))
      },
    )
    .post(
      '/people/:name/link',
      route({
        summary: 'Make a link to sign in with once',
        description: 'For an invitation or a forgotten password. It is shown this once.',
        tag,
        demands: 'admin',
        answers: { 201: SignInLink },
      }),
      params(Name),
      async (c) => {
        demand(c, 'admin')
        const { name } = c.req.valid('param')
        const { token, expiresAt } = await access.links.create(c.get('principal'), name)
        c.header('Cache-Control', 'no-store')
        const url = signInUrl(c.get('visit').origin, token)
        return c.json({ url, expiresAt: expiresAt.toISOString() }, 201)
      },
    )
}

/** The page of the web UI for a link. */
function signInUrl(origin: string, token: string): string {
  return `${origin}/link/${token}`
}
