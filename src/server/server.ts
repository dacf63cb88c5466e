import type { HttpBindings } from '@hono/node-server'
import { Hono, type Context as HonoContext } from 'hono'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { TokenService } from '../access/index.ts'
import { isMigrated } from '../platform/db/migrate.ts'
import type { DB } from '../platform/db/schema.gen.ts'
import { notFound, unavailable } from '../platform/errors.ts'
import { within } from '../platform/http/deadline.ts'
import { problem } from '../platform/http/problem.ts'
import { reply } from '../platform/http/reply.ts'
import { type RunningServer, type ServeOptions, serve } from '../platform/http/server.ts'
import type { ProjectService } from '../projects/index.ts'
import { type StateLimits, type StateService, stateProtocol } from '../state/index.ts'

export interface ServerDeps {
  readonly db: Kysely<DB>
  readonly state: StateService
  readonly projects: Pick<ProjectService, 'findWorkspace' | 'ensureNamedWorkspace'>
  readonly tokens: Pick<TokenService, 'authenticate'>
  readonly log: Logger
  readonly limits?: Partial<StateLimits>
  /** What is served beside the states: the API, the UI. */
  readonly rooms?: Hono<{ Bindings: HttpBindings }>
  /** Told of every request that was answered. */
  readonly onRequest?: (request: AnsweredRequest) => void
}

export interface AnsweredRequest {
  readonly method: string
  readonly status: number
  readonly seconds: number
}

/** Milliseconds that a readiness probe waits for the database. */
const READY = 2000

/**
 * Serves the state door, `/healthz` (this process lives), `/readyz` (its database can be used), and
 * whatever rooms there are.
 * @throws AppError `unavailable` when the address cannot be taken
 */
export function startServer(deps: ServerDeps, options: ServeOptions): Promise<RunningServer> {
  return serve(createApp(deps), options)
}

function createApp(deps: ServerDeps) {
  const { log } = deps
  const state = stateDoor(deps)
  const app = new Hono<{ Bindings: HttpBindings }>()
    .use(async (c, next) => {
      const started = performance.now()
      await next()
      tellRequest(deps, c, performance.now() - started)
    })
    // By the path as it was sent: a router that mends it first would let two names meet.
    .use(async (c, next) => {
      if (c.env.incoming.url?.startsWith('/state/')) return state.fetch(c.req.raw, c.env)
      return next()
    })
    .get('/healthz', () => fine('alive'))
    .get('/readyz', async () => {
      await within(READY, demandReady(deps))
      return fine('ready')
    })
  if (deps.rooms !== undefined) app.route('/', deps.rooms)
  return app
    .notFound(() => problem(notFound('there is nothing at this address'), log))
    .onError((error) => problem(error, log))
}

function stateDoor({ state, tokens, projects, log, limits }: ServerDeps) {
  return stateProtocol({
    state,
    tokens,
    workspaces: {
      find: (names) => projects.findWorkspace(names.project, names.component, names.environment),
      ensure: (names) => projects.ensureNamedWorkspace(names),
    },
    log: log.child({ slice: 'state' }),
    limits,
  })
}

function tellRequest(
  { log, onRequest }: ServerDeps,
  c: HonoContext<{ Bindings: HttpBindings }>,
  milliseconds: number,
): void {
  const { method } = c.req
  const { status } = c.res
  onRequest?.({ method, status, seconds: milliseconds / 1000 })
  log.info(
    {
      method,
      // As it was sent, without the query: that names the lock.
      path: shownPath(c.env.incoming.url),
      status,
      milliseconds: Math.round(milliseconds),
    },
    'request',
  )
}

/** The address of a link to sign in with is as good as a password. */
function shownPath(url: string | undefined): string | undefined {
  return url?.split('?')[0]?.replace(/^(\/api\/v1\/session\/links\/|\/link\/)[^/]+/, '$1…')
}

async function demandReady({ db }: ServerDeps): Promise<void> {
  if (await isMigrated(db)) return
  throw unavailable('the database does not have the schema of this version', {
    next: 'Start a server of this version: it migrates the database.',
  })
}

function fine(status: 'alive' | 'ready'): Response {
  return reply(200, JSON.stringify({ status }), { 'Content-Type': 'application/json' })
}
