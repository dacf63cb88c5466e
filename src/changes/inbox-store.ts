import { sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'
import type { PlanSummary, RunStatus } from '../runs/index.ts'
import { isAuthorKnown } from './change.ts'
import { toGate } from './change-row-store.ts'
import type { OpenPlan } from './inbox.ts'
import { resultOf } from './result.ts'

interface Row {
  readonly project: string
  readonly change_id: number
  readonly author: string
  readonly pull_request_number: number | null
  readonly component: string
  readonly environment: string
  readonly after: string | null
  readonly position: number | null
  readonly gate: Parameters<typeof toGate>[0]
  readonly is_working: boolean
  readonly run_id: number
  readonly status: string
  readonly reason: string | null
  readonly at: Date
  readonly risk: string | null
  readonly severity: string | null
  readonly provisional: boolean | null
  readonly digest: Buffer | null
}

/** The newest run of each workspace of the open changes, or of some; read across to runs, plans and projects. */
export async function listOpenPlans(db: Db, changeIds?: readonly number[]): Promise<OpenPlan[]> {
  const { rows } = await sql<Row>`
    select projects.name as project, changes.id as change_id, changes.actor as author,
      changes.pull_request_number,
      workspaces.component, workspaces.environment, place.after, place.position, place.gate,
      exists (select from change_work where change_work.change_id = changes.id) as is_working,
      newest.id as run_id, newest.status, newest.reason,
      coalesce(newest.finished_at, newest.planned_at, newest.created_at) as at,
      newest.summary ->> 'risk' as risk, newest.summary ->> 'severity' as severity,
      plans.provisional, plans.digest
    from changes
    join projects on projects.id = changes.project_id
    join change_workspaces as member on member.change_id = changes.id
    join workspaces on workspaces.id = member.workspace_id
    left join change_environments as place
      on place.change_id = changes.id and place.name = workspaces.environment
    join lateral (
      select * from runs
      where runs.change_id = member.change_id and runs.workspace_id = member.workspace_id
      order by id desc limit 1
    ) as newest on true
    left join plans on plans.run_id = newest.id and not plans.outdated
    where changes.status = 'open'
      and (${changeIds === undefined} or changes.id = any(${changeIds ?? []}::bigint[]))
    order by changes.id, place.position nulls last, member.position`.execute(db)
  return rows.map(toOpenPlan)
}

function toOpenPlan(row: Row): OpenPlan {
  const { status, reason, provisional, risk, severity } = row
  return {
    project: row.project,
    changeId: row.change_id,
    author: row.author,
    isAuthorKnown: isAuthorKnown(row.author, row.pull_request_number ?? undefined),
    pullRequest: row.pull_request_number ?? undefined,
    component: row.component,
    environment: row.environment,
    after: row.after ?? undefined,
    gate: toGate(row.gate),
    isWorking: row.is_working,
    runId: row.run_id,
    result: resultOf({
      status: status as RunStatus,
      reason: reason ?? undefined,
      provisional: provisional === true,
    }),
    reason: reason ?? undefined,
    at: row.at,
    // Only a plan's summary has them, and has both.
    risk:
      risk === null || severity === null
        ? undefined
        : { sentence: risk, severity: severity as PlanSummary['severity'] },
    digest: row.digest?.toString('hex'),
  }
}

/** The teams that a person is in. Reads across to people and teams. */
export async function teamsOf(db: Db, personId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('team_members')
    .innerJoin('teams', 'teams.id', 'team_members.team_id')
    .select('teams.name')
    .where('person_id', '=', personId)
    .orderBy('teams.name')
    .execute()
  return rows.map((row) => row.name)
}
