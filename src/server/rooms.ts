import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { permitsSomewhere } from '../access/index.ts'
import { createApi } from '../api/api.ts'
import { authenticated } from '../api/authenticate.ts'
import type { ApiDeps, ApiEnv } from '../api/deps.ts'
import { onceOnly } from '../api/idempotency/once-only.ts'
import { openApiDocument } from '../api/openapi.ts'
import type { VisitSettings } from '../api/visit.ts'
import { forbidden, tooLarge } from '../platform/errors.ts'
import { problem } from '../platform/http/problem.ts'
import type { Seal } from '../secrets/index.ts'
import type { Metrics } from './metrics.ts'
import type { WebFiles } from './web-files.ts'
import { webhookDoor } from './webhook-door.ts'

export interface RoomsDeps extends ApiDeps {
  readonly visits: VisitSettings
  readonly metrics: Metrics
  /** Seals answers that are kept to be repeated. */
  readonly seal: Seal
  /** Undefined where the UI was not built. */
  readonly web: WebFiles | undefined
}

const MIB = 1024 * 1024
const LARGEST_BODY = 4 * MIB

/** What a team's server has beside its states: the API, its description, metrics, and the UI. */
export function createRooms(deps: RoomsDeps): Hono<{ Bindings: HttpBindings }> {
  const { metrics, log } = deps
  const known = authenticated({ access: deps.context.access, ...deps.visits })
  const api = createApi(deps)
  let document: Promise<object> | undefined
  const rooms = new Hono<ApiEnv>()
    .use('/api/v1/*', known)
    .use('/api/v1/*', async (c, next) => {
      c.header('Cache-Control', 'no-store')
      c.header('X-Content-Type-Options', 'nosniff')
      const isJson = c.req.header('content-type')?.startsWith('application/json') ?? false
      return isJson ? limited(c, next) : next()
    })
    .use('/api/v1/*', onceOnly(deps, deps.seal))
    .route('/api/v1', api)
    .get('/openapi.json', async (c) => {
      document ??= openApiDocument(api)
      return c.json(await document)
    })
    .use('/metrics', known)
    .get('/metrics', async (c) => {
      if (!permitsSomewhere(c.get('principal'), 'read')) {
        throw forbidden('metrics are for who may read', { next: 'Use a token with read.' })
      }
      return c.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType })
    })
    .onError((error) => problem(error, log))
  return new Hono<{ Bindings: HttpBindings }>()
    .route('/', webhookDoor(deps))
    .route('/', rooms)
    .get('*', async (c, next) => {
      if (c.req.path.startsWith('/api/')) return next()
      const answer =
        deps.web === undefined
          ? withoutUi()
          : await deps.web.answer({ path: c.req.path, headers: c.req.raw.headers })
      return answer ?? next()
    })
}

const limited = bodyLimit({
  maxSize: LARGEST_BODY,
  onError: () => {
    throw tooLarge(`the request is larger than ${LARGEST_BODY / MIB} MiB`, {
      next: 'Nothing was done. Send less at once.',
    })
  },
})

function withoutUi(): Response {
  return new Response(
    'The API is at /api/v1, described at /openapi.json. The web UI is not built: npm run build\n',
    { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' } },
  )
}
