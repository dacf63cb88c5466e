import { type RawBuilder, sql } from 'kysely'
import type { KindName } from '../manifest/index.ts'
import type { Db } from '../platform/db/db.ts'
import type { Operation, RunStatus } from '../runs/index.ts'
import type { Cause, LockKind } from '../state/index.ts'
import type { DeployedRun } from './deployed.ts'
import type { Standing, StandingPullRequest } from './standing.ts'

/** Which workspaces are meant; without anything all of them. */
export interface Which {
  readonly project?: string | undefined
  readonly workspaceId?: string | undefined
}

/** Moments are milliseconds: thousands of them are read faster than as dates. */
interface RunRow {
  readonly id: number
  readonly change_id: number | null
  readonly operation: string
  readonly status: string
  readonly reason: string | null
  readonly actor: string
  readonly commit: string | null
  readonly drifted: number | null
  readonly planned_at: number | null
  readonly has_begun: boolean
  readonly at: number
}

/** The newest run has columns of its own, null where there is none. */
type LastRow = { readonly [Key in keyof RunRow as `last_${Key}`]: RunRow[Key] | null }

interface Row extends LastRow {
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
  readonly recorded_at: number | null
  readonly cause: string | null
  readonly recorded_by: string | null
  readonly recorded_run: number | null
  readonly telling_id: number | null
  readonly telling: RunRow | null
  readonly is_open: boolean
  readonly good_id: number | null
  readonly good: RunRow | null
  readonly wanted_because: string | null
  readonly source_digest: string | null
  readonly definition_digest: string | null
  readonly good_number: number | null
  readonly good_title: string | null
  readonly good_status: string | null
  readonly merged_number: number | null
  readonly merged_title: string | null
  readonly merged_at: number | null
  readonly planned_id: number | null
  readonly planned: RunRow | null
  readonly applied_at: number | null
  readonly unknown_run: number | null
  readonly at_risk_since: Date | null
  readonly lock_kind: string | null
  readonly locked_by: string | null
  readonly lock_info: string | null
  readonly locked_at: Date | null
}

const milliseconds = (moment: string) =>
  sql`(extract(epoch from ${sql.raw(moment)}) * 1000)::float8`

/** Applied; or there was nothing to do, in a pull request only once its sources are the branch's. */
const isGood = (run: string) => sql`(${sql.ref(`${run}.status`)} = 'applied'
  or (${sql.ref(`${run}.status`)} = 'unchanged' and not exists (
    select from changes join pull_requests on pull_requests.id = changes.pull_request_id
    where changes.id = ${sql.ref(`${run}.change_id`)} and pull_requests.status <> 'merged')))`

const at = milliseconds('coalesce(finished_at, applying_at, planned_at, created_at)')

/** A run with this id as one column, looked for only if it is not the newest one. */
const unlessLast = (id: string) => sql`lateral (
  select change_id, json_build_object('id', runs.id, 'change_id', change_id,
    'operation', operation, 'status', status, 'reason', reason, 'actor', actor,
    'commit', source->>'commit', 'drifted', (summary->>'drifted')::int,
    'planned_at', ${milliseconds('planned_at')}, 'has_begun', applying_at is not null,
    'at', ${at}) as run
  from runs where runs.id = ${sql.ref(id)} and ${sql.ref(id)} <> last.id
  -- Keeps the planner from reading all runs for the sake of a few.
  limit 1)`

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
      w.definition_digest as wanted_definition, v.*,
      last.id as last_id, last.change_id as last_change_id, last.operation as last_operation,
      last.status as last_status, last.reason as last_reason, last.actor as last_actor,
      last.commit as last_commit, last.drifted as last_drifted,
      last.planned_at as last_planned_at, last.has_begun as last_has_begun, last.at as last_at,
      ids.telling_id, telling.run as telling, coalesce(telling_change.status = 'open', false) as is_open,
      ids.good_id, good.run as good, good_change.reason as wanted_because,
      member.source_digest, member.definition_digest,
      good_request.number as good_number, good_request.title as good_title,
      good_request.status as good_status, merged.*,
      ids.planned_id, planned.run as planned, ids.applied_at, unknown.id as unknown_run,
      risk.since as at_risk_since,
      l.kind as lock_kind, l.actor as locked_by, l.info->>'Info' as lock_info,
      l.created_at as locked_at
    from workspaces w
    join projects p on p.id = w.project_id
    left join lateral (select number as version, (counts->>'total')::int as resources,
        ${milliseconds('created_at')} as recorded_at, cause, actor as recorded_by,
        run_id as recorded_run
      from state_versions where workspace_id = w.id order by number desc limit 1) v on true
    left join lateral (select id, change_id, operation, status, reason, actor,
        source->>'commit' as commit, (summary->>'drifted')::int as drifted,
        ${milliseconds('planned_at')} as planned_at, applying_at is not null as has_begun,
        ${milliseconds('finished_at')} as finished_at, ${at} as at
      from runs where workspace_id = w.id order by id desc limit 1) last on true
    cross join lateral (select
      case when last.id is null or last.status not in ('cancelled', 'closed') then last.id
        else (select id from runs where workspace_id = w.id
          and status not in ('cancelled', 'closed') order by id desc limit 1) end as telling_id,
      case when last.id is null
          or (last.operation <> 'refresh' and ${isGood('last')}) then last.id
        else (select id from runs where workspace_id = w.id and operation <> 'refresh'
          and ${isGood('runs')} order by id desc limit 1) end as good_id,
      case when last.id is null or (last.planned_at is not null and last.drifted is not null)
          then last.id
        else (select id from runs where workspace_id = w.id and planned_at is not null
          and summary is not null order by id desc limit 1) end as planned_id,
      case when last.id is null or last.status = 'applied' then last.finished_at
        else (select ${milliseconds('finished_at')} from runs
          where workspace_id = w.id and status = 'applied' order by id desc limit 1)
        end as applied_at
      offset 0) ids
    left join ${unlessLast('ids.telling_id')} telling on true
    left join ${unlessLast('ids.good_id')} good on true
    left join ${unlessLast('ids.planned_id')} planned on true
    left join changes telling_change on telling_change.id =
      case when ids.telling_id = last.id then last.change_id else telling.change_id end
    left join changes good_change on good_change.id =
      case when ids.good_id = last.id then last.change_id else good.change_id end
    left join lateral (select source_digest, definition_digest from change_workspaces
      where change_id = good_change.id and workspace_id = w.id limit 1) member on true
    left join pull_requests good_request on good_request.id = good_change.pull_request_id
    left join lateral (
      select number as merged_number, title as merged_title,
        ${milliseconds('ended_at')} as merged_at
      from change_workspaces as its join changes on changes.id = its.change_id
      join pull_requests on pull_requests.id = changes.pull_request_id
      where its.workspace_id = w.id and pull_requests.status = 'merged'
        and its.source_digest = w.source_digest and its.definition_digest = w.definition_digest
        -- Mostly what should be deployed is, and nothing is looked for.
        and (w.source_digest, w.definition_digest)
          is distinct from (member.source_digest, member.definition_digest)
      order by its.change_id desc limit 1) merged on true
    left join runs unknown on unknown.workspace_id = w.id and unknown.status = 'unknown'
    left join (select workspace_id, min(created_at) as since from quarantined_states
      where at_risk and resolution is null group by workspace_id) risk on risk.workspace_id = w.id
    left join workspace_locks l on l.workspace_id = w.id and l.kind <> 'run'
    where ${meant(which)}
    order by p.name collate "C", not w.declared, w.position nulls last, w.component collate "C",
      w.environment collate "C"`.execute(db)
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

function lastOf(row: Row): RunRow | null {
  if (row.last_id === null) return null
  return {
    id: row.last_id,
    change_id: row.last_change_id,
    operation: row.last_operation ?? '',
    status: row.last_status ?? '',
    reason: row.last_reason,
    actor: row.last_actor ?? '',
    commit: row.last_commit,
    drifted: row.last_drifted,
    planned_at: row.last_planned_at,
    has_begun: row.last_has_begun === true,
    at: row.last_at ?? 0,
  }
}

function toStanding(row: Row): Standing {
  const last = lastOf(row)
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
    appliedBy: appliedByOf(row),
    mergedBy: mergedByOf(row),
    planned: plannedOf(runOf(row.planned_id, row.planned)),
    appliedAt: row.applied_at === null ? undefined : new Date(row.applied_at),
    unknownRun: row.unknown_run ?? undefined,
    isAtRisk: row.at_risk_since !== null,
    atRiskSince: row.at_risk_since ?? undefined,
    lockedBy: row.locked_by ?? undefined,
    lock: lockOf(row),
  }
}

function tellingOf(run: RunRow | null, { is_open }: Row): Standing['telling'] {
  if (run === null) return undefined
  return { ...toRun(run), isChangeOpen: is_open, hasBegun: run.has_begun }
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

function appliedByOf(row: Row): Standing['appliedBy'] {
  const { good_number: number, good_title: title, good_status: status } = row
  if (number === null || title === null || status === null) return undefined
  return { number, title, status: status as StandingPullRequest['status'] }
}

function mergedByOf(row: Row): Standing['mergedBy'] {
  const { merged_number: number, merged_title: title, merged_at: at } = row
  if (number === null || title === null) return undefined
  return { number, title, status: 'merged', at: new Date(at ?? 0) }
}

function plannedOf(run: RunRow | null): Standing['planned'] {
  if (run === null || run.planned_at === null) return undefined
  return {
    id: run.id,
    drifted: run.drifted ?? 0,
    at: new Date(run.planned_at),
    hasBegun: run.has_begun,
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
    state: {
      version,
      recordedAt: new Date(recordedAt),
      resources: row.resources ?? undefined,
    },
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
