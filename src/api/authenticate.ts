import { isDeepStrictEqual } from 'node:util'
import type { Context, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import {
  type AccessService,
  isCsrf,
  type OpenedSession,
  type Principal,
  type SignedIn,
} from '../access/index.ts'
import { forbidden, unauthenticated } from '../platform/errors.ts'
import { secretOf } from '../platform/http/credentials.ts'
import type { ApiEnv } from './deps.ts'
import { createVisits, type VisitSettings } from './visit.ts'

const COOKIE = 'portolan_session'

/** The routes that demand nobody: how one signs in. Everything else needs to know who asks. */
const open: readonly (readonly [method: string, path: RegExp])[] = [
  ['POST', /^\/api\/v1\/session$/],
  ['GET', /^\/api\/v1\/session\/links\/[^/]+$/],
  ['POST', /^\/api\/v1\/session\/links\/[^/]+$/],
]

export interface AuthenticationDeps extends VisitSettings {
  readonly access: Pick<AccessService, 'authenticateToken' | 'authenticateSession'>
}

type ApiContext = Context<ApiEnv>

/**
 * Finds out who a request below `/api/v1` comes from, by a token or by the cookie of a session, and
 * refuses who does not say. What changes something must not come from a page of somebody else.
 * @throws AppError `unauthenticated`, `forbidden`
 */
export function authenticated(deps: AuthenticationDeps): MiddlewareHandler<ApiEnv> {
  const look = createVisits(deps)
  return async (c, next) => {
    const seen = look(c.env.incoming)
    const isOpen = open.some(([method, path]) => method === c.req.method && path.test(c.req.path))
    const writes = c.req.method !== 'GET' && c.req.method !== 'HEAD'
    // Of tokens too: a browser that was once given one for Basic sends it along unasked.
    if (writes) demandOwnPage(c, seen.origin)
    const authorization = c.req.header('authorization')
    const byToken = authorization !== undefined && !isOpen
    const session = byToken ? undefined : await sessionOf(c, deps)
    const principal = byToken
      ? demandKnown(await tokensPrincipal(deps, authorization))
      : demandSession(c, session, { isOpen, writes })
    if (principal !== undefined) c.set('principal', principal)
    const now = async () =>
      byToken ? tokensPrincipal(deps, authorization) : (await sessionOf(c, deps))?.principal
    c.set('visit', {
      ...seen,
      session,
      goesOn: async () => isDeepStrictEqual(await now(), principal),
    })
    await next()
  }
}

async function sessionOf(
  c: ApiContext,
  { access }: AuthenticationDeps,
): Promise<SignedIn | undefined> {
  const cookie = getCookie(c, COOKIE)
  return cookie === undefined ? undefined : access.authenticateSession(cookie)
}

async function tokensPrincipal(
  { access }: AuthenticationDeps,
  authorization: string,
): Promise<Principal | undefined> {
  const secret = secretOf(authorization)
  return secret === undefined ? undefined : access.authenticateToken(secret)
}

function demandKnown(principal: Principal | undefined): Principal {
  if (principal !== undefined) return principal
  throw unauthenticated('the API token is not known, was revoked or has expired', {
    next: 'Make another with `portolan token create`, or in the web UI.',
  })
}

function demandSession(
  c: ApiContext,
  session: SignedIn | undefined,
  { isOpen, writes }: { readonly isOpen: boolean; readonly writes: boolean },
): Principal | undefined {
  if (isOpen) return undefined
  if (session === undefined) {
    throw unauthenticated('nobody is signed in', {
      next: 'Sign in, or send an API token: `Authorization: Bearer ptl_…`',
    })
  }
  if (writes && !isCsrf(session, c.req.header('x-csrf-token'))) {
    throw forbidden('the request does not have the X-CSRF-Token of its session', {
      next: 'Reload the page. For programs: send an API token instead of a cookie.',
    })
  }
  return session.principal
}

/** Programs say neither where they come from nor for whom they fetch; browsers always do. */
function demandOwnPage(c: ApiContext, origin: string): void {
  const site = c.req.header('sec-fetch-site')
  const from = c.req.header('origin')
  const isOwn =
    site === undefined
      ? from === undefined || hostOf(from) === hostOf(origin)
      : site === 'same-origin' || site === 'none'
  if (isOwn) return
  throw forbidden(`the request comes from a page of ${from ?? 'another site'}`, {
    next: `Open ${origin} and do it there. If this is that page, the server's public address is not set.`,
  })
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined
}

/** Gives the browser the cookie of a session that just began. */
export function sendSession(c: ApiContext, { cookie, expiresAt }: OpenedSession): void {
  setCookie(c, COOKIE, cookie, { ...attributes(c), expires: expiresAt })
}

/** Takes it away again. */
export function takeSession(c: ApiContext): void {
  deleteCookie(c, COOKIE, attributes(c))
}

function attributes(c: ApiContext) {
  return { path: '/', httpOnly: true, sameSite: 'Lax', secure: c.get('visit').secure } as const
}
