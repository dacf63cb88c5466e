import { Hono } from 'hono'
import { pino } from 'pino'
import { expect } from 'vitest'
import type { z } from 'zod'
import {
  type Permission,
  type Place,
  type Principal,
  permissionsOf,
  type Role,
} from '../../src/access/index.ts'
import type { ApiEnv } from '../../src/api/deps.ts'
import type { Db } from '../../src/platform/db/db.ts'
import { problem } from '../../src/platform/http/problem.ts'

/** Somebody with a role or permissions, everywhere or at some place. */
export function aPrincipal(
  as: Role | readonly Permission[],
  parts: Partial<Principal> & Place = {},
): Principal {
  const { project, environment, ...rest } = parts
  const permissions = typeof as === 'string' ? permissionsOf[as] : as
  return {
    name: typeof as === 'string' ? as : 'somebody',
    personId: undefined,
    via: 'session',
    scopes: [{ permissions, project, environment }],
    limit: undefined,
    ...rest,
  }
}

/** Calls routes in this process as somebody. */
export interface ApiCaller {
  /** The routes as an app, to be served where a request must come over a socket. */
  readonly app: Hono<ApiEnv>
  get(path: string): Promise<Response>
  send(method: 'POST' | 'DELETE', path: string, body?: object): Promise<Response>
}

/** Routes with a principal put in, and refusals answered as by the server. */
export function anApi(routes: Hono<ApiEnv>, principal: Principal): ApiCaller {
  const app = new Hono<ApiEnv>()
    .use(async (c, next) => {
      c.set('principal', principal)
      await next()
    })
    .route('/', routes)
    .onError((error) => problem(error, pino({ enabled: false })))
  return {
    app,
    get: async (path) => app.request(path),
    send: async (method, path, body) =>
      app.request(path, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
      }),
  }
}

/** The body of a good answer, which the schema of the route must have and nothing beside it. */
export async function answerOf<Schema extends z.ZodType>(
  schema: Schema,
  response: Response,
): Promise<z.infer<Schema>> {
  const text = await response.text()
  expect(response.status, text).toBe(200)
  const body: unknown = JSON.parse(text)
  const parsed = schema.parse(body)
  expect(body).toEqual(parsed)
  return parsed
}

/** What a refusal says. */
export async function refusal(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const { status, detail, next, code } = Object(await response.json())
  return { status, detail, next, code }
}

/** What was audited of an action, oldest first. */
export function audited(db: Db, action: string) {
  return db
    .selectFrom('audit_log')
    .select(['actor', 'subject', 'details'])
    .where('action', '=', action)
    .orderBy('id')
    .execute()
}
