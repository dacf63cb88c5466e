import { Hono } from 'hono'
import type { ApiDeps, ApiEnv } from '../deps.ts'

export function projectsRoutes(_deps: ApiDeps) {
  return new Hono<ApiEnv>()
}
