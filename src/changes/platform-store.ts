import { sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'
import type { Platform } from './platform.ts'

interface Row {
  readonly name: string
  readonly environments: string[]
  readonly head_commit: string | null
  readonly head_subject: string | null
  readonly fetched_at: Date | null
  readonly fetch_error: string | null
}

/** Projects by name, all or the one of a name. Reads across to the tables of projects. */
export async function listPlatforms(db: Db, project?: string): Promise<Platform[]> {
  const { rows } = await sql<Row>`
    select name, head_commit, head_subject, fetched_at, fetch_error,
      array(select environments.name from environments where project_id = projects.id
        order by position, environments.name) as environments
    from projects where ${project === undefined ? sql`true` : sql`name = ${project}`}
    order by name`.execute(db)
  return rows.map((row) => ({
    project: row.name,
    environments: row.environments,
    headCommit: row.head_commit ?? undefined,
    headSubject: row.head_subject ?? undefined,
    fetchedAt: row.fetched_at ?? undefined,
    fetchError: row.fetch_error ?? undefined,
  }))
}
