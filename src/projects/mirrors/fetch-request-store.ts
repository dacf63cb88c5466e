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

/**
 * Fetches a project for whoever wanted it until now. Who wants it meanwhile may mean what came after the
 * repository was asked: that is still wanted, and so is what could not be fetched.
 */
export async function answeringRequest<T>(
  db: Db,
  projectId: string,
  fetch: () => Promise<T>,
): Promise<T> {
  // As text: a date of ours has fewer digits.
  const { rows } = await sql<{ now: string }>`select clock_timestamp()::text as now`.execute(db)
  const fetched = await fetch()
  await db
    .updateTable('projects')
    .set({ fetch_requested_at: null })
    .where('id', '=', projectId)
    .where(sql<boolean>`fetch_requested_at <= ${rows[0]?.now}::timestamptz`)
    .execute()
  return fetched
}

/** The projects that somebody wants to be fetched and that were not fetched since. */
export async function requestedFetches(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('projects')
    .select('id')
    .where('source', 'is not', null)
    .where('fetch_requested_at', 'is not', null)
    .orderBy('fetch_requested_at')
    .execute()
  return rows.map(({ id }) => id)
}
