import { Hono } from 'hono'
import { changesRoutes } from './changes/routes.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { overviewRoutes } from './overview/routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { forgeRoutes } from './projects/forge-routes.ts'
import { projectsRoutes } from './projects/routes.ts'
import { pullRequestsRoutes } from './pull-requests/routes.ts'
import { runsRoutes } from './runs/routes.ts'
import { sessionRoutes } from './session/routes.ts'
import { variablesRoutes } from './variables/routes.ts'
import { webhooksRoutes } from './webhooks/routes.ts'
import { workspacesRoutes } from './workspaces/routes.ts'

/** Everything below `/api/v1`. Each routes file names its whole paths: `/changes/:id/approve`. */
export function createApi(deps: ApiDeps) {
  return new Hono<ApiEnv>()
    .route('/', sessionRoutes(deps))
    .route('/', peopleRoutes(deps))
    .route('/', projectsRoutes(deps))
    .route('/', forgeRoutes(deps))
    .route('/', webhooksRoutes(deps))
    .route('/', variablesRoutes(deps))
    .route('/', overviewRoutes(deps))
    .route('/', workspacesRoutes(deps))
    .route('/', changesRoutes(deps))
    .route('/', pullRequestsRoutes(deps))
    .route('/', runsRoutes(deps))
}

/** What the typed client is made of. */
export type Api = ReturnType<typeof createApi>
