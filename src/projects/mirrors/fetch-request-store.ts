import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import { signal } from '../../platform/db/signals.ts'

/** What is signalled when somebody wants a project to be fetched now. */
export const FETCH = 'fetch'

/** Has a project fetched soon: its branch moved. */
export async function requestFetch(db: Db, projectId: string): Promise<void> {
  await db
    .updateTable('projects')
    .set({ fetch_requested_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', projectId)
    .execute()
  await signal(db, FETCH)
}

/** The projects that were not fetched since somebody wanted it. */
export async function requestedFetches(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('projects')
    .select('id')
    .where('source', 'is not', null)
    .where(sql<boolean>`fetch_requested_at > coalesce(fetched_at, '-infinity')`)
    .orderBy('fetch_requested_at')
    .execute()
  return rows.map(({ id }) => id)
}
