import { Hono } from 'hono'
import type { ApiEnv } from '../deps.ts'
import { auditRoutes } from './audit-routes.ts'
import { grantsRoutes } from './grants-routes.ts'
import { identitiesRoutes } from './identities-routes.ts'
import type { PeopleDeps } from './people-deps.ts'
import { personRoutes } from './person-routes.ts'
import { teamsRoutes } from './teams-routes.ts'
import { tokensRoutes } from './tokens-routes.ts'

/** People, teams, roles, tokens, the audit log. */
export function peopleRoutes(deps: PeopleDeps) {
  return new Hono<ApiEnv>()
    .route('/', personRoutes(deps))
    .route('/', teamsRoutes(deps))
    .route('/', grantsRoutes(deps))
    .route('/', identitiesRoutes(deps))
    .route('/', tokensRoutes(deps))
    .route('/', auditRoutes(deps))
}
