import type { Migration } from 'kysely/migration'
import * as core from './0001-core.ts'
import * as changes from './0002-changes.ts'
import * as server from './0003-server.ts'
import * as pullRequests from './0004-pull-requests.ts'

/** Every migration by name, in order. Forward only: a landed one is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-core': core,
  '0002-changes': changes,
  '0003-server': server,
  '0004-pull-requests': pullRequests,
}
