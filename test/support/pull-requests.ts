import { type Kysely, sql } from 'kysely'
import type { DB } from '../../src/platform/db/schema.gen.ts'

/** A pull request of a project as it was last seen; the id of its record. */
export async function aPullRequest(
  db: Kysely<DB>,
  projectId: string,
  number: number,
  head = 'c0ffee',
): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into pull_requests (project_id, number, status, title, author, url, head_branch,
      head_commit, base_branch, is_draft, is_fork)
    values (${projectId}, ${number}, 'open', ${`change ${number}`}, 'alice', '', 'feature',
      ${head}, 'main', false, false)
    returning id`.execute(db)
  return rows[0]?.id ?? 0
}
