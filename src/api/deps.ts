import type { HttpBindings } from '@hono/node-server'
import type { Logger } from 'pino'
import type { Principal } from '../access/index.ts'
import type { Context } from '../app/context.ts'

/** What the routes work with. */
export interface ApiDeps {
  readonly context: Context
  readonly log: Logger
}

/** What a request carries when it reaches a route. */
export interface ApiEnv {
  Bindings: HttpBindings
  Variables: {
    /** Who asks; a route that is open to everybody must not look. */
    readonly principal: Principal
  }
}
