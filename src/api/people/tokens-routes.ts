import { Hono } from 'hono'
import { z } from 'zod'
import type { ApiEnv } from '../deps.ts'
import { body, params, route } from '../route.ts'
import type { PeopleDeps } from './people-deps.ts'
import { presentToken } from './present.ts'
import { CreatedToken, NewToken, Token } from './schema.ts'

const tag = 'Tokens'

const Name = z.object({
  name: z
    .string()
    .max(100)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'is no name of a token'),
})

/** Tokens: everybody's own, and for administrators those of their places. */
export function tokensRoutes({ context: { access } }: PeopleDeps) {
  return new Hono<ApiEnv>()
    .get(
      '/tokens',
      route({
        summary: 'Your tokens; for an administrator, all',
        tag,
        demands: 'signed-in',
        answers: { 200: z.array(Token) },
      }),
      async (c) => c.json((await access.tokens.listFor(c.get('principal'))).map(presentToken)),
    )
    .post(
      '/tokens',
      route({
        summary: 'Make a token',
        description:
          'A personal one may do what is asked for as long as you may. One that stands for itself is made by an administrator of the place that it is limited to.',
        tag,
        demands: 'signed-in',
        answers: { 201: CreatedToken },
      }),
      body(NewToken),
      async (c) => {
        const { expiresAt, ...wish } = c.req.valid('json')
        const { token, record } = await access.tokens.createFor(c.get('principal'), {
          ...wish,
          expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
        })
        c.header('Cache-Control', 'no-store')
        return c.json({ token, record: presentToken(record) }, 201)
      },
    )
    .delete(
      '/tokens/:name',
      route({
        summary: 'Revoke a token',
        tag,
        demands: 'signed-in',
        answers: { 204: undefined },
      }),
      params(Name),
      async (c) => {
        await access.tokens.revokeFor(c.get('principal'), c.req.valid('param').name)
        return c.body(null, 204)
      },
    )
}
