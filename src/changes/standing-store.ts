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

interface RunRow {
  readonly id: number
  readonly change_id: number | null
  readonly operation: string
  readonly status: string
  readonly reason: string | null
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
  readonly telling: (RunRow & { readonly is_open: boolean; readonly has_begun: boolean }) | null
  readonly good:
    | (RunRow & {
        readonly actor: string
        readonly commit: string | null
        readonly wanted_because: string | null
        readonly source_digest: string | null
        readonly definition_digest: string | null
      })
    | null
  readonly planned: {
    readonly id: number
    readonly drifted: number
    readonly at: string
    readonly has_begun: boolean
  } | null
  readonly applied_at: Date | null
  readonly unknown_run: number | null
  readonly at_risk_since: Date | null
  readonly lock_kind: string | null
  readonly locked_by: string | null
  readonly lock_info: string | null
  readonly locked_at: Date | null
}

const at = (run: string) => sql`coalesce(${sql.ref(run)}.finished_at, ${sql.ref(run)}.applying_at,
  ${sql.ref(run)}.planned_at, ${sql.ref(run)}.created_at)`

const runJson = (run: string) => sql`'id', ${sql.ref(run)}.id,
  'change_id', ${sql.ref(run)}.change_id, 'operation', ${sql.ref(run)}.operation,
  'status', ${sql.ref(run)}.status, 'reason', ${sql.ref(run)}.reason, 'at', ${at(run)}`

/**
 * All that is known of workspaces, by project, in dependency order, what is not declared at the end. One
 * statement over the tables of other slices, read only: asking each of them for each workspace takes
 * thousands of questions.
 */
export async function listStandings(db: Db, which: Which = {}): Promise<Standing[]> {
  const { rows } = await sql<Row>`
    select p.name as project, w.id, w.component, w.environment, w.declared, w.position, w.kind,
      w.skipped, w.needs, w.source_digest as wanted_source,
      w.definition_digest as wanted_definition,
      v.number as version, (v.counts->>'total')::int as resources, v.created_at as recorded_at,
      v.cause, v.actor as recorded_by, v.run_id as recorded_run,
      case when last.id is not null then json_build_object(${runJson('last')}) end as last,
      case when telling.id is not null then json_build_object(${runJson('telling')},
        'is_open', coalesce(telling_change.status = 'open', false),
        'has_begun', telling.applying_at is not null) end as telling,
      case when good.id is not null then json_build_object(${runJson('good')},
        'actor', good.actor, 'commit', good.source->>'commit',
        'wanted_because', good_change.reason, 'source_digest', member.source_digest,
        'definition_digest', member.definition_digest) end as good,
      case when planned.id is not null then json_build_object('id', planned.id,
        'drifted', planned.drifted, 'at', planned.planned_at,
        'has_begun', planned.applying_at is not null) end as planned,
      applied.finished_at as applied_at, unknown.id as unknown_run,
      (select min(q.created_at) from quarantined_states q
        where q.workspace_id = w.id and q.at_risk and q.resolution is null) as at_risk_since,
      l.kind as lock_kind, l.actor as locked_by, l.info->>'Info' as lock_info,
      l.created_at as locked_at
    from workspaces w
    join projects p on p.id = w.project_id
    left join lateral (select number, counts, created_at, cause, actor, run_id from state_versions
      where workspace_id = w.id order by number desc limit 1) v on true
    left join lateral (select * from runs
      where workspace_id = w.id order by id desc limit 1) last on true
    left join lateral (select * from runs
      where workspace_id = w.id and status not in ('cancelled', 'closed')
      order by id desc limit 1) telling on true
    left join changes telling_change on telling_change.id = telling.change_id
    left join lateral (select * from runs
      where workspace_id = w.id and status in ('applied', 'unchanged') and operation <> 'refresh'
      order by id desc limit 1) good on true
    left join changes good_change on good_change.id = good.change_id
    left join change_workspaces member
      on member.change_id = good.change_id and member.workspace_id = w.id
    left join lateral (select id, planned_at, applying_at, (summary->>'drifted')::int as drifted
      from runs where workspace_id = w.id and planned_at is not null and summary is not null
      order by id desc limit 1) planned on true
    left join lateral (select finished_at from runs
      where workspace_id = w.id and status = 'applied' order by id desc limit 1) applied on true
    left join runs unknown on unknown.workspace_id = w.id and unknown.status = 'unknown'
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
  const { last, telling, good, planned } = row
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
    telling:
      telling === null
        ? undefined
        : { ...toRun(telling), isChangeOpen: telling.is_open, hasBegun: telling.has_begun },
    lastGood:
      good === null
        ? undefined
        : {
            ...toRun(good),
            sourceDigest: good.source_digest ?? undefined,
            definitionDigest: good.definition_digest ?? undefined,
          },
    release:
      good === null
        ? undefined
        : {
            commit: good.commit ?? undefined,
            reason: good.wanted_because ?? undefined,
            actor: good.actor,
          },
    planned:
      planned === null
        ? undefined
        : {
            id: planned.id,
            drifted: planned.drifted,
            at: new Date(planned.at),
            hasBegun: planned.has_begun,
          },
    appliedAt: row.applied_at ?? undefined,
    unknownRun: row.unknown_run ?? undefined,
    isAtRisk: row.at_risk_since !== null,
    atRiskSince: row.at_risk_since ?? undefined,
    lockedBy: row.locked_by ?? undefined,
    lock: lockOf(row),
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
