import { sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'
import { isFinal, type RunSource, type RunStatus } from '../runs/index.ts'
import type { Orphan } from './orphan.ts'

/** Runs of a change that are not over, by id. */
export async function liveRuns(db: Db, changeId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('runs')
    .select(['id', 'status'])
    .where('change_id', '=', changeId)
    .orderBy('id')
    .execute()
  return rows.filter((row) => !isFinal(row.status as RunStatus)).map((row) => row.id)
}

/** Whether one of a change's runs is not over. */
export async function isAlive(db: Db, changeId: number): Promise<boolean> {
  return (await liveRuns(db, changeId)).length > 0
}

interface OrphanRow {
  readonly id: string
  readonly component: string
  readonly environment: string
  readonly resources: number | null
  readonly run: number | null
  readonly source: RunSource | null
  readonly source_digest: string | null
}

/** Workspaces of a project that are not among the names and whose current state holds something. */
export async function orphans(
  db: Db,
  projectId: string,
  names: readonly string[],
): Promise<Orphan[]> {
  const { rows } = await sql<OrphanRow>`
    select workspaces.id, component, environment, state.resources, applied.id as run,
      applied.source, member.source_digest
    from workspaces
    cross join lateral (
      select (counts ->> 'total')::int as resources from state_versions
      where workspace_id = workspaces.id order by number desc limit 1
    ) as state
    left join lateral (
      select id, source, change_id from runs
      where workspace_id = workspaces.id and status = 'applied' and operation = 'apply'
      order by id desc limit 1
    ) as applied on true
    left join change_workspaces as member
      on member.change_id = applied.change_id and member.workspace_id = workspaces.id
    where project_id = ${projectId} and state.resources is distinct from 0
      and component || '@' || environment not in (select unnest(${names}::text[]))
    order by component, environment`.execute(db)
  return rows.map(toOrphan)
}

function toOrphan(row: OrphanRow): Orphan {
  const { run, source } = row
  return {
    workspaceId: row.id,
    name: `${row.component}@${row.environment}`,
    component: row.component,
    environment: row.environment,
    resources: row.resources ?? undefined,
    lastApply:
      run === null || source === null
        ? undefined
        : {
            run,
            // JSON has no undefined.
            source: {
              ...source,
              commit: source.commit ?? undefined,
              branch: source.branch ?? undefined,
            },
            sourceDigest: row.source_digest ?? undefined,
          },
  }
}
