import { Hono } from 'hono'
import type { ApiEnv } from '../deps.ts'
import type { WorkspaceDeps } from './deps.ts'
import { lockRoutes } from './lock-routes.ts'
import { quarantineRoutes } from './quarantine-routes.ts'
import { repairRoutes } from './repair-routes.ts'
import { standingRoutes } from './standing-routes.ts'
import { stateRoutes } from './state-routes.ts'
import { versionRoutes } from './version-routes.ts'

/** Workspaces: how they stand, their states, their locks. */
export function workspacesRoutes(deps: WorkspaceDeps) {
  return new Hono<ApiEnv>()
    .route('/', standingRoutes(deps))
    .route('/', stateRoutes(deps))
    .route('/', versionRoutes(deps))
    .route('/', lockRoutes(deps))
    .route('/', quarantineRoutes(deps))
    .route('/', repairRoutes(deps))
}
