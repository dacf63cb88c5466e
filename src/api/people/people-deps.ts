import type { ApiDeps } from '../deps.ts'

/** What the routes of people and of sessions work with. */
export interface PeopleDeps {
  readonly context: Pick<ApiDeps['context'], 'access' | 'db'>
}
