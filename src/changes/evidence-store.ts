import { sql } from 'kysely'
import type { Gate } from '../manifest/index.ts'
import type { Db } from '../platform/db/db.ts'
import type { PullRequestEvidence, RunStatus } from '../runs/index.ts'
import type { Change, Need, Result } from './change.ts'
import { toGate } from './change-row-store.ts'
import type { LastRun, PromotedNode } from './promotion.ts'
import { resultOf } from './result.ts'

/** What is recorded of a run's place in its change. */
export interface Place {
  readonly changeId: number
  readonly projectId: string
  readonly operation: Change['operation']
  readonly status: Change['status']
  readonly closedBecause: string | undefined
  /** Who made the change. */
  readonly author: string
  readonly environment: string
  /** The environment that its own comes after. */
  readonly after: string | undefined
  readonly gate: Gate | undefined
  readonly needs: readonly Need[]
  readonly pullRequest: PullRequestEvidence | undefined
  /** By the database's clock. */
  readonly now: Date
}

/** Undefined when the change does not have that workspace, or its environment. */
export async function findPlace(
  db: Db,
  { changeId, workspaceId }: { readonly changeId: number; readonly workspaceId: string },
): Promise<Place | undefined> {
  const row = await db
    .selectFrom('change_workspaces as member')
    .innerJoin('changes', 'changes.id', 'member.change_id')
    .innerJoin('workspaces', 'workspaces.id', 'member.workspace_id')
    .innerJoin('change_environments as environment', (join) =>
      join
        .onRef('environment.change_id', '=', 'member.change_id')
        .onRef('environment.name', '=', 'workspaces.environment'),
    )
    .leftJoin('pull_requests', 'pull_requests.id', 'changes.pull_request_id')
    .select(['changes.project_id', 'changes.operation', 'changes.status', 'closed_because'])
    .select('changes.actor as author')
    .select(['environment.name as environment', 'environment.after', 'gate', 'member.needs'])
    .select(['environment.apply', 'changes.pull_request_number as number', 'changes.head_commit'])
    .select(['pull_requests.status as pull_request_status', 'pull_requests.head_commit as head'])
    .select(
      sql<boolean>`coalesce((changes.options ->> 'untrusted')::boolean, false)`.as('untrusted'),
    )
    .select(sql<Date>`clock_timestamp()`.as('now'))
    .where('member.change_id', '=', changeId)
    .where('member.workspace_id', '=', workspaceId)
    .executeTakeFirst()
  if (!row) return undefined
  return {
    changeId,
    projectId: row.project_id,
    operation: row.operation as Change['operation'],
    status: row.status as Change['status'],
    closedBecause: row.closed_because ?? undefined,
    author: row.author,
    environment: row.environment,
    after: row.after ?? undefined,
    gate: toGate(row.gate),
    needs: row.needs as unknown as readonly Need[],
    pullRequest:
      row.number === null
        ? undefined
        : {
            number: row.number,
            // By the check constraints of the tables.
            status: row.pull_request_status as PullRequestEvidence['status'],
            isHead: row.head === row.head_commit,
            isUntrusted: row.untrusted,
            apply: row.apply as PullRequestEvidence['apply'],
          },
    now: row.now,
  }
}

interface ResultRow {
  readonly name: string
  readonly component: string
  readonly environment: string
  readonly promoted: boolean
  readonly source_digest: string
  readonly status: string | null
  readonly reason: string | null
  readonly provisional: boolean | null
}

/** A workspace of a change with its result, as far as others ask for it. */
export interface NodeResult extends PromotedNode {
  readonly environment: string
}

/** Those of a change's workspaces that have one of the names, or are in one of the environments. */
export async function results(
  db: Db,
  changeId: number,
  wanted: { readonly names?: readonly string[]; readonly environments?: readonly string[] },
): Promise<NodeResult[]> {
  const { names = [], environments = [] } = wanted
  const { rows } = await sql<ResultRow>`
    select member.name, component, environment, member.promoted, member.source_digest,
      newest.status, newest.reason, plans.provisional
    from change_workspaces as member
    join workspaces on workspaces.id = member.workspace_id
    left join lateral (
      select id, status, reason from runs
      where runs.change_id = member.change_id and runs.workspace_id = member.workspace_id
      order by id desc limit 1
    ) as newest on true
    left join plans on plans.run_id = newest.id and not plans.outdated
    where member.change_id = ${changeId}
      and (member.name = any(${names}::text[]) or environment = any(${environments}::text[]))
    order by member.position`.execute(db)
  return rows.map((row) => ({
    name: row.name,
    component: row.component,
    environment: row.environment,
    promoted: row.promoted,
    sourceDigest: row.source_digest,
    result: toResult(row),
  }))
}

function toResult({ status, reason, provisional }: ResultRow): Result {
  if (status === null) return 'pending'
  return resultOf({
    status: status as RunStatus,
    reason: reason ?? undefined,
    provisional: provisional === true,
  })
}

/** The run that last made each component of an environment what it is, whatever change it was in. */
export async function lastRuns(
  db: Db,
  environment: { readonly projectId: string; readonly name: string },
  components: readonly string[],
): Promise<ReadonlyMap<string, LastRun>> {
  if (components.length === 0) return new Map()
  const { rows } = await sql<LastRunRow>`
    select component, last.id, last.operation, last.status, last.reason, member.source_digest
    from workspaces
    cross join lateral (
      select id, change_id, operation, status, reason from runs
      where runs.workspace_id = workspaces.id and operation <> 'refresh' and (
        status = 'applied' or applying_at is not null
        -- A run of its own that changed nothing says nothing of what is there.
        or (change_id is not null and (status = 'unchanged'
          or (status = 'closed' and starts_with(reason, 'skipped: ')))))
      order by finished_at desc nulls first limit 1
    ) as last
    left join change_workspaces as member
      on member.change_id = last.change_id and member.workspace_id = workspaces.id
    where project_id = ${environment.projectId} and environment = ${environment.name}
      and component = any(${components}::text[])`.execute(db)
  return new Map(rows.map((row) => [row.component, toLastRun(row)]))
}

interface LastRunRow {
  readonly component: string
  readonly id: number
  readonly operation: string
  readonly status: string
  readonly reason: string | null
  readonly source_digest: string | null
}

function toLastRun(row: LastRunRow): LastRun {
  return {
    run: row.id,
    operation: row.operation,
    status: row.status as RunStatus,
    reason: row.reason ?? undefined,
    sourceDigest: row.source_digest ?? undefined,
  }
}
