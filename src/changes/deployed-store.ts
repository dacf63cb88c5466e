import { sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'
import type { Operation, RunStatus } from '../runs/index.ts'
import type { Deployed, DeployedRun } from './deployed.ts'

interface Row {
  readonly id: string
  readonly component: string
  readonly environment: string
  readonly version: number | null
  readonly resources: number | null
  readonly recorded_at: Date | null
  readonly last: RunRow | null
  readonly good: RunRow | null
  readonly source_digest: string | null
  readonly definition_digest: string | null
  readonly unknown_run: number | null
  readonly at_risk: boolean
  readonly locked_by: string | null
}

interface RunRow {
  readonly id: number
  readonly change_id: number | null
  readonly operation: string
  readonly status: string
  readonly reason: string | null
  readonly at: string
}

/**
 * What is known of every workspace of a project. One statement over the tables of other slices, read
 * only: asking each of them for each workspace takes thousands of questions.
 */
export async function listDeployed(db: Db, projectId: string): Promise<Deployed[]> {
  const run = (alias: string) => sql`json_build_object(
    'id', ${sql.ref(alias)}.id, 'change_id', ${sql.ref(alias)}.change_id,
    'operation', ${sql.ref(alias)}.operation, 'status', ${sql.ref(alias)}.status,
    'reason', ${sql.ref(alias)}.reason,
    'at', coalesce(${sql.ref(alias)}.finished_at, ${sql.ref(alias)}.applying_at,
      ${sql.ref(alias)}.planned_at, ${sql.ref(alias)}.created_at))`
  const { rows } = await sql<Row>`
    select w.id, w.component, w.environment,
      v.number as version, (v.counts->>'total')::int as resources, v.created_at as recorded_at,
      case when last.id is not null then ${run('last')} end as last,
      case when good.id is not null then ${run('good')} end as good,
      c.source_digest, c.definition_digest,
      (select r.id from runs r where r.workspace_id = w.id and r.status = 'unknown') as unknown_run,
      exists (select from quarantined_states q
        where q.workspace_id = w.id and q.at_risk and q.resolution is null) as at_risk,
      (select l.actor from workspace_locks l
        where l.workspace_id = w.id and l.kind <> 'run') as locked_by
    from workspaces w
    left join lateral (select number, counts, created_at from state_versions
      where workspace_id = w.id order by number desc limit 1) v on true
    left join lateral (select * from runs
      where workspace_id = w.id order by id desc limit 1) last on true
    left join lateral (select * from runs
      where workspace_id = w.id and status in ('applied', 'unchanged') and operation <> 'refresh'
      order by id desc limit 1) good on true
    left join change_workspaces c on c.change_id = good.change_id and c.workspace_id = w.id
    where w.project_id = ${projectId}
    order by w.component, w.environment`.execute(db)
  return rows.map(toDeployed)
}

// The assertions hold by the check constraints of `runs`.
function toRun(row: RunRow): DeployedRun {
  return {
    id: row.id,
    changeId: row.change_id ?? undefined,
    operation: row.operation as Operation,
    status: row.status as RunStatus,
    reason: row.reason ?? undefined,
    at: new Date(row.at),
  }
}

function toDeployed(row: Row): Deployed {
  return {
    workspaceId: row.id,
    component: row.component,
    environment: row.environment,
    state:
      row.version === null || row.recorded_at === null
        ? undefined
        : {
            version: row.version,
            resources: row.resources ?? undefined,
            recordedAt: row.recorded_at,
          },
    lastRun: row.last === null ? undefined : toRun(row.last),
    lastGood:
      row.good === null
        ? undefined
        : {
            ...toRun(row.good),
            sourceDigest: row.source_digest ?? undefined,
            definitionDigest: row.definition_digest ?? undefined,
          },
    unknownRun: row.unknown_run ?? undefined,
    isAtRisk: row.at_risk,
    lockedBy: row.locked_by ?? undefined,
  }
}
