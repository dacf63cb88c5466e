import { Hono } from 'hono'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { auditRoutes } from './audit-routes.ts'
import { grantsRoutes } from './grants-routes.ts'
import { personRoutes } from './person-routes.ts'
import { teamsRoutes } from './teams-routes.ts'
import { tokensRoutes } from './tokens-routes.ts'

/** People, teams, roles, tokens, the audit log. */
export function peopleRoutes(deps: Pick<ApiDeps, 'context'>) {
  return new Hono<ApiEnv>()
    .route('/', personRoutes(deps))
    .route('/', teamsRoutes(deps))
    .route('/', grantsRoutes(deps))
    .route('/', tokensRoutes(deps))
    .route('/', auditRoutes(deps))
}
