import { Hono } from 'hono'
import type { ApiDeps, ApiEnv } from '../deps.ts'

/** People, teams, roles, tokens, the audit log. */
export function peopleRoutes(_deps: ApiDeps) {
  return new Hono<ApiEnv>()
}
