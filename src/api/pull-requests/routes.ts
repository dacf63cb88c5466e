import { Hono } from 'hono'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { pullRequestActRoutes } from './act-routes.ts'
import { proposalRoutes } from './proposal-routes.ts'
import { pullRequestReadRoutes } from './read-routes.ts'

/** Pull requests: looked at on every kind of host; proposed, talked about and closed on plain git. */
export function pullRequestsRoutes(deps: ApiDeps) {
  return new Hono<ApiEnv>()
    .route('/', pullRequestReadRoutes(deps))
    .route('/', proposalRoutes(deps))
    .route('/', pullRequestActRoutes(deps))
}
