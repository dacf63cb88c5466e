import type { HttpBindings } from '@hono/node-server'
import type { Logger } from 'pino'
import type { Principal } from '../access/index.ts'
import type { Context } from '../app/context.ts'
import type { Signals } from '../platform/db/signals.ts'
import type { Visit } from './visit.ts'

/** What the routes work with. */
export interface ApiDeps {
  readonly context: Context
  readonly signals: Signals
  /** Aborted when the server is about to end. */
  readonly closing: AbortSignal
  readonly log: Logger
}

/** What a request carries when it reaches a route. */
export interface ApiEnv {
  Bindings: HttpBindings
  Variables: {
    /** Who asks; a route that is open to everybody must not look. */
    readonly principal: Principal
    /** By which way the request came, for signing in and out. */
    readonly visit: Visit
  }
}
