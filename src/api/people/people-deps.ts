import type { Context } from '../../app/context.ts'

/** What the routes of people and of sessions work with. */
export interface PeopleDeps {
  readonly context: Pick<Context, 'access' | 'db'>
}
