import { Hono } from 'hono'
import type { Kysely } from 'kysely'
import { pino } from 'pino'
import type { AccessService, OpenedSession } from '../../src/access/index.ts'
import { authenticated } from '../../src/api/authenticate.ts'
import type { ApiEnv } from '../../src/api/deps.ts'
import { peopleRoutes } from '../../src/api/people/routes.ts'
import { sessionRoutes } from '../../src/api/session/routes.ts'
import type { VisitSettings } from '../../src/api/visit.ts'
import type { DB } from '../../src/platform/db/schema.gen.ts'
import { notFound } from '../../src/platform/errors.ts'
import { problem } from '../../src/platform/http/problem.ts'
import { serve } from '../../src/platform/http/server.ts'
import { test as base } from './access.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever was answered.
  readonly body: any
}

export interface Sent {
  readonly body?: unknown
  /** Who sends it: a session with its proof, or a token. */
  readonly as?: OpenedSession | string
  readonly headers?: Readonly<Record<string, string>>
}

export type Call = (method: string, path: string, sent?: Sent) => Promise<Answer>

export type AccessApp = ReturnType<typeof createAccessApp>

/** Sessions and people of the API, as a server mounts them. */
export function createAccessApp(
  access: AccessService,
  db: Kysely<DB>,
  settings: VisitSettings = {},
) {
  const log = pino({ level: 'silent' })
  const deps = { context: { access, db } }
  return new Hono<ApiEnv>()
    .use('/api/v1/*', authenticated({ access, ...settings }))
    .route('/api/v1', sessionRoutes(deps))
    .route('/api/v1', peopleRoutes(deps))
    .notFound(() => problem(notFound('there is nothing at this address'), log))
    .onError((error) => problem(error, log))
}

export async function startAccessApi(app: AccessApp) {
  const server = await serve(app, { host: '127.0.0.1', port: 0 })
  const call: Call = async (method, path, { body, as, headers = {} } = {}) => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...credentials(as),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const parsed: unknown = text === '' ? undefined : JSON.parse(text)
    return { status: answer.status, headers: answer.headers, body: parsed }
  }
  return { url: server.url, call, close: () => server.close() }
}

function credentials(as: OpenedSession | string | undefined): Record<string, string> {
  if (as === undefined) return {}
  if (typeof as === 'string') return { authorization: `Bearer ${as}` }
  return { cookie: `portolan_session=${as.cookie}`, 'x-csrf-token': as.csrf }
}

interface ApiFixtures {
  readonly api: Awaited<ReturnType<typeof startAccessApi>>
  readonly call: Call
}

/** vitest's `test` with the API of accounts on a real server. */
export const test = base.extend<ApiFixtures>({
  api: async ({ access, db }, use) => {
    const api = await startAccessApi(createAccessApp(access, db))
    await use(api)
    await api.close()
  },
  call: async ({ api }, use) => {
    await use(api.call)
  },
})
