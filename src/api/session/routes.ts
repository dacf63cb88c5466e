import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { OpenedSession, SignedIn } from '../../access/index.ts'
import { forbidden } from '../../platform/errors.ts'
import { sendSession, takeSession } from '../authenticate.ts'
import type { ApiEnv } from '../deps.ts'
import type { PeopleDeps } from '../people/people-deps.ts'
import { body, params, route } from '../route.ts'
import { presentSession } from './present.ts'
import { ChangePassword, LinkInfo, Session, SignIn, UseLink } from './schema.ts'

const tag = 'Session'

const LinkToken = z.object({
  token: z.string().regex(/^ptk_[\w-]{32}$/, 'is not the token of a link'),
})

/** Signing in and out, by password and by link. */
export function sessionRoutes({ context: { access } }: PeopleDeps) {
  const present = async (opened: Pick<SignedIn, 'principal' | 'csrf'>) => {
    const { principal, csrf } = opened
    return presentSession(principal, await personOf(access, principal.personId), csrf)
  }
  /** The cookie goes with the answer, which no cache may keep. */
  const begin = async (c: Context<ApiEnv>, opened: OpenedSession) => {
    sendSession(c, opened)
    c.header('Cache-Control', 'no-store')
    return present(opened)
  }

  return new Hono<ApiEnv>()
    .post(
      '/session',
      route({ summary: 'Sign in', tag, demands: 'nobody', answers: { 200: Session } }),
      body(SignIn),
      async (c) => {
        const { address, session } = c.get('visit')
        const credentials = { ...c.req.valid('json'), address, replaces: session?.sessionId }
        return c.json(await begin(c, await access.sessions.signIn(credentials)))
      },
    )
    .get(
      '/session',
      route({
        summary: 'Who is signed in, and what they may do',
        tag,
        demands: 'signed-in',
        answers: { 200: Session },
      }),
      async (c) => {
        c.header('Cache-Control', 'no-store')
        const principal = c.get('principal')
        const person = await personOf(access, principal.personId)
        return c.json(presentSession(principal, person, c.get('visit').session?.csrf))
      },
    )
    .delete(
      '/session',
      route({ summary: 'Sign out', tag, demands: 'signed-in', answers: { 204: undefined } }),
      async (c) => {
        await access.sessions.signOut(demandSession(c))
        takeSession(c)
        return c.body(null, 204)
      },
    )
    .post(
      '/session/password',
      route({
        summary: 'Change your password',
        description:
          'All sessions of the person end, and a new one begins: its cookie is answered.',
        tag,
        demands: 'signed-in',
        answers: { 200: Session },
      }),
      body(ChangePassword),
      async (c) => {
        const change = { ...c.req.valid('json'), address: c.get('visit').address }
        return c.json(
          await begin(c, await access.sessions.changePassword(demandSession(c), change)),
        )
      },
    )
    .get(
      '/session/links/:token',
      route({ summary: 'Whose link it is', tag, demands: 'nobody', answers: { 200: LinkInfo } }),
      params(LinkToken),
      async (c) => {
        c.header('Cache-Control', 'no-store')
        return c.json(await access.links.describe(c.req.valid('param').token))
      },
    )
    .post(
      '/session/links/:token',
      route({
        summary: 'Sign in by a link, once',
        tag,
        demands: 'nobody',
        answers: { 200: Session },
      }),
      params(LinkToken),
      body(UseLink),
      async (c) => {
        const { token } = c.req.valid('param')
        const { password } = c.req.valid('json')
        const replaces = c.get('visit').session?.sessionId
        return c.json(await begin(c, await access.links.use({ token, password, replaces })))
      },
    )
}

type Access = PeopleDeps['context']['access']

async function personOf(access: Access, personId: string | undefined) {
  return personId === undefined ? undefined : access.people.get(personId)
}

/** @throws AppError `forbidden` for a token */
function demandSession(c: Context<ApiEnv>): SignedIn {
  const { session } = c.get('visit')
  if (session !== undefined) return session
  throw forbidden('a token has no session and no password', {
    next: 'Sign in to do this. A token is revoked with DELETE /api/v1/tokens/NAME.',
  })
}
