import { type RawBuilder, sql } from 'kysely'
import type { KindName } from '../manifest/index.ts'
import type { Db } from '../platform/db/db.ts'
import type { Operation, RunStatus } from '../runs/index.ts'
import type { Cause, LockKind } from '../state/index.ts'
import type { DeployedRun } from './deployed.ts'
import type { Standing } from './standing.ts'

/** Which workspaces are meant; without anything all of them. */
export interface Which {
  readonly project?: string | undefined
  readonly workspaceId?: string | undefined
}

/** A run as one column: most of them would be empty. */
interface RunRow {
  readonly id: number
  readonly change_id: number | null
  readonly operation: string
  readonly status: string
  readonly reason: string | null
  readonly actor: string
  readonly commit: string | null
  readonly drifted: number | null
  readonly planned_at: string | null
  readonly applying_at: string | null
  readonly at: string
}

interface Row {
  readonly project: string
  readonly id: string
  readonly component: string
  readonly environment: string
  readonly declared: boolean
  readonly position: number | null
  readonly kind: string | null
  readonly skipped: string | null
  readonly needs: readonly string[]
  readonly wanted_source: string | null
  readonly wanted_definition: string | null
  readonly version: number | null
  readonly resources: number | null
  readonly recorded_at: Date | null
  readonly cause: string | null
  readonly recorded_by: string | null
  readonly recorded_run: number | null
  readonly last: RunRow | null
  readonly telling_id: number | null
  readonly telling: RunRow | null
  readonly is_open: boolean
  readonly good_id: number | null
  readonly good: RunRow | null
  readonly wanted_because: string | null
  readonly source_digest: string | null
  readonly definition_digest: string | null
  readonly planned_id: number | null
  readonly planned: RunRow | null
  readonly applied_at: Date | null
  readonly unknown_run: number | null
  readonly at_risk_since: Date | null
  readonly lock_kind: string | null
  readonly locked_by: string | null
  readonly lock_info: string | null
  readonly locked_at: Date | null
}

const columns = sql`id, change_id, operation, status, reason, actor, source, summary, planned_at,
  applying_at, coalesce(finished_at, applying_at, planned_at, created_at) as at`

const asJson = (run: string) => sql`case when ${sql.ref(run)}.id is not null then
  json_build_object('id', ${sql.ref(run)}.id, 'change_id', ${sql.ref(run)}.change_id,
    'operation', ${sql.ref(run)}.operation, 'status', ${sql.ref(run)}.status,
    'reason', ${sql.ref(run)}.reason, 'actor', ${sql.ref(run)}.actor,
    'commit', ${sql.ref(run)}.source->>'commit',
    'drifted', (${sql.ref(run)}.summary->>'drifted')::int,
    'planned_at', ${sql.ref(run)}.planned_at, 'applying_at', ${sql.ref(run)}.applying_at,
    'at', ${sql.ref(run)}.at) end`

/**
 * The run with this id, read only if it is not the newest one, which is there already. The limit keeps
 * the planner from reading all runs for the sake of a few.
 */
const unlessLast = (id: string) => sql`lateral (
  select ${columns} from runs where runs.id = ${sql.ref(id)} and ${sql.ref(id)} <> last.id limit 1)`

/**
 * All that is known of workspaces, by project, in dependency order, what is not declared at the end. One
 * statement over the tables of other slices, read only: asking each of them for each workspace takes
 * thousands of questions. Mostly the newest run is also the newest good one, the newest with a plan and
 * so on: others are looked for only where it is not.
 */
export async function listStandings(db: Db, which: Which = {}): Promise<Standing[]> {
  const { rows } = await sql<Row>`
    select p.name as project, w.id, w.component, w.environment, w.declared, w.position, w.kind,
      w.skipped, w.needs, w.source_digest as wanted_source,
      w.definition_digest as wanted_definition,
      v.number as version, (v.counts->>'total')::int as resources, v.created_at as recorded_at,
      v.cause, v.actor as recorded_by, v.run_id as recorded_run,
      ${asJson('last')} as last,
      ids.telling_id, ${asJson('telling')} as telling,
      coalesce(telling_change.status = 'open', false) as is_open,
      ids.good_id, ${asJson('good')} as good, good_change.reason as wanted_because,
      member.source_digest, member.definition_digest,
      ids.planned_id, ${asJson('planned')} as planned,
      ids.applied_at, unknown.id as unknown_run,
      risk.since as at_risk_since,
      l.kind as lock_kind, l.actor as locked_by, l.info->>'Info' as lock_info,
      l.created_at as locked_at
    from workspaces w
    join projects p on p.id = w.project_id
    left join lateral (select number, counts, created_at, cause, actor, run_id from state_versions
      where workspace_id = w.id order by number desc limit 1) v on true
    left join lateral (select ${columns}, finished_at from runs
      where workspace_id = w.id order by id desc limit 1) last on true
    cross join lateral (select
      case when last.id is null or last.status not in ('cancelled', 'closed') then last.id
        else (select id from runs where workspace_id = w.id
          and status not in ('cancelled', 'closed') order by id desc limit 1) end as telling_id,
      case when last.id is null
          or (last.status in ('applied', 'unchanged') and last.operation <> 'refresh') then last.id
        else (select id from runs where workspace_id = w.id and status in ('applied', 'unchanged')
          and operation <> 'refresh' order by id desc limit 1) end as good_id,
      case when last.id is null or (last.planned_at is not null and last.summary is not null)
          then last.id
        else (select id from runs where workspace_id = w.id and planned_at is not null
          and summary is not null order by id desc limit 1) end as planned_id,
      case when last.id is null or last.status = 'applied' then last.finished_at
        else (select finished_at from runs where workspace_id = w.id and status = 'applied'
          order by id desc limit 1) end as applied_at offset 0) ids
    left join ${unlessLast('ids.telling_id')} telling on true
    left join ${unlessLast('ids.good_id')} good on true
    left join ${unlessLast('ids.planned_id')} planned on true
    left join changes telling_change on telling_change.id =
      case when ids.telling_id = last.id then last.change_id else telling.change_id end
    left join changes good_change on good_change.id =
      case when ids.good_id = last.id then last.change_id else good.change_id end
    left join change_workspaces member
      on member.change_id = good_change.id and member.workspace_id = w.id
    left join runs unknown on unknown.workspace_id = w.id and unknown.status = 'unknown'
    left join (select workspace_id, min(created_at) as since from quarantined_states
      where at_risk and resolution is null group by workspace_id) risk on risk.workspace_id = w.id
    left join workspace_locks l on l.workspace_id = w.id and l.kind <> 'run'
    where ${meant(which)}
    order by p.name, not w.declared, w.position nulls last, w.component, w.environment`.execute(db)
  return rows.map(toStanding)
}

function meant({ project, workspaceId }: Which): RawBuilder<unknown> {
  if (workspaceId !== undefined) return sql`w.id = ${workspaceId}`
  return project === undefined ? sql`true` : sql`p.name = ${project}`
}

// The assertions hold by the tables' check constraints.
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

function toStanding(row: Row): Standing {
  const { last } = row
  const runOf = (id: number | null, own: RunRow | null) => (id === last?.id ? last : own)
  return {
    workspaceId: row.id,
    project: row.project,
    component: row.component,
    environment: row.environment,
    declared: row.declared,
    position: row.position ?? undefined,
    kind: (row.kind ?? undefined) as KindName | undefined,
    skipped: row.skipped ?? undefined,
    needs: row.needs,
    wanted: wantedOf(row),
    ...stateOf(row),
    lastRun: last === null ? undefined : toRun(last),
    telling: tellingOf(runOf(row.telling_id, row.telling), row),
    ...goodOf(runOf(row.good_id, row.good), row),
    planned: plannedOf(runOf(row.planned_id, row.planned)),
    appliedAt: row.applied_at ?? undefined,
    unknownRun: row.unknown_run ?? undefined,
    isAtRisk: row.at_risk_since !== null,
    atRiskSince: row.at_risk_since ?? undefined,
    lockedBy: row.locked_by ?? undefined,
    lock: lockOf(row),
  }
}

function tellingOf(run: RunRow | null, { is_open: isChangeOpen }: Row): Standing['telling'] {
  if (run === null) return undefined
  return { ...toRun(run), isChangeOpen, hasBegun: run.applying_at !== null }
}

function goodOf(run: RunRow | null, row: Row): Pick<Standing, 'lastGood' | 'release'> {
  if (run === null) return { lastGood: undefined, release: undefined }
  return {
    lastGood: {
      ...toRun(run),
      sourceDigest: row.source_digest ?? undefined,
      definitionDigest: row.definition_digest ?? undefined,
    },
    release: {
      commit: run.commit ?? undefined,
      reason: row.wanted_because ?? undefined,
      actor: run.actor,
    },
  }
}

function plannedOf(run: RunRow | null): Standing['planned'] {
  if (run === null || run.planned_at === null) return undefined
  return {
    id: run.id,
    drifted: run.drifted ?? 0,
    at: new Date(run.planned_at),
    hasBegun: run.applying_at !== null,
  }
}

function wantedOf(row: Row): Standing['wanted'] {
  const { wanted_source: sourceDigest, wanted_definition: definitionDigest } = row
  if (sourceDigest === null || definitionDigest === null) return undefined
  return { sourceDigest, definitionDigest }
}

function stateOf(row: Row): Pick<Standing, 'state' | 'written'> {
  const { version, recorded_at: recordedAt } = row
  if (version === null || recordedAt === null) return { state: undefined, written: undefined }
  return {
    state: { version, recordedAt, resources: row.resources ?? undefined },
    written: {
      cause: row.cause as Cause,
      actor: row.recorded_by ?? '',
      runId: row.recorded_run ?? undefined,
    },
  }
}

function lockOf(row: Row): Standing['lock'] {
  const { lock_kind: kind, locked_by: actor, locked_at: since } = row
  if (kind === null || actor === null || since === null) return undefined
  return { kind: kind as LockKind, actor, info: row.lock_info ?? '', since }
}
