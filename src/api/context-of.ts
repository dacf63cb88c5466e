import type { ApiDeps } from './deps.ts'

/** As much of what the routes work with as some of them need. */
export interface ContextOf<Parts extends keyof ApiDeps['context']> {
  readonly context: Pick<ApiDeps['context'], Parts>
}
