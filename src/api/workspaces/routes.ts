import { Hono } from 'hono'
import type { ApiDeps, ApiEnv } from '../deps.ts'

export function workspacesRoutes(_deps: ApiDeps) {
  return new Hono<ApiEnv>()
}
