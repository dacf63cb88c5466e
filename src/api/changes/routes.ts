import { Hono } from 'hono'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { changeActRoutes } from './act-routes.ts'
import { changeCreateRoutes } from './create-routes.ts'
import { changeReadRoutes } from './read-routes.ts'
import { changeStreamRoutes } from './stream-routes.ts'

/** Changes: made, looked at, followed, approved, applied, ended. */
export function changesRoutes(deps: ApiDeps) {
  return new Hono<ApiEnv>()
    .route('/', changeReadRoutes(deps))
    .route('/', changeCreateRoutes(deps))
    .route('/', changeActRoutes(deps))
    .route('/', changeStreamRoutes(deps))
}
