import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
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
import { withoutSecrets } from '../platform/ids.ts'
import type { ProjectService } from '../projects/index.ts'
import { type StateLimits, type StateService, stateProtocol } from '../state/index.ts'

export interface ServerDeps {
  readonly db: Kysely<DB>
  readonly state: StateService
  readonly projects: Pick<ProjectService, 'findWorkspace' | 'ensureNamedWorkspace'>
  readonly tokens: Pick<TokenService, 'authenticate'>
  readonly log: Logger
  readonly limits?: Partial<StateLimits>
}

/** Milliseconds that a readiness probe waits for the database. */
const READY = 2000

/**
 * Serves the state door, `/healthz` (this process lives) and `/readyz` (its database can be used).
 * @throws AppError `unavailable` when the address cannot be taken
 */
export function startServer(deps: ServerDeps, options: ServeOptions): Promise<RunningServer> {
  return serve(createApp(deps), options)
}

function createApp(deps: ServerDeps) {
  const { projects, log } = deps
  const state = stateProtocol({
    state: deps.state,
    tokens: deps.tokens,
    workspaces: {
      find: (names) => projects.findWorkspace(names.project, names.component, names.environment),
      ensure: (names) => projects.ensureNamedWorkspace(names),
    },
    log: log.child({ slice: 'state' }),
    limits: deps.limits,
  })
  return (
    new Hono<{ Bindings: HttpBindings }>()
      .use(async (c, next) => {
        const started = performance.now()
        await next()
        log.info(
          {
            method: c.req.method,
            // As it was sent, without the query: that names the lock.
            path: withoutSecrets(c.env.incoming.url?.split('?')[0] ?? ''),
            status: c.res.status,
            milliseconds: Math.round(performance.now() - started),
          },
          'request',
        )
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
      .notFound(() => problem(notFound('there is nothing at this address'), log))
      .onError((error) => problem(error, log))
  )
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
