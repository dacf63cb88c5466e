import { sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'
import type { RunStatus } from '../runs/index.ts'
import type { Change, Counts, Result } from './change.ts'
import { toChange } from './change-row-store.ts'
import { resultOf } from './result.ts'

/** Where somebody may read. */
export interface ReadablePlace {
  readonly project?: string | undefined
  readonly environment?: string | undefined
}

/** Which changes are wanted; what is absent does not restrict. */
export interface ChangeFilter {
  readonly project?: string | undefined
  /** Only what takes part in one of these; an absent project or environment means all of them. */
  readonly places: readonly ReadablePlace[]
  readonly environment?: string | undefined
  /** `waiting`: open, and a plan in it waits for an approval. */
  readonly status?: Change['status'] | 'waiting' | undefined
  readonly actor?: string | undefined
  /** In the reason, the branch or the commit; or `change-7`. */
  readonly text?: string | undefined
  /** The number of the pull request that it was made of. */
  readonly pullRequest?: number | undefined
  readonly ids?: readonly number[] | undefined
  /** The id of the last one already seen. */
  readonly before?: number | undefined
  readonly limit: number
}

/** A change in a list of many. */
export interface ListedChange {
  readonly change: Change
  readonly project: string
  /** In the order of promotion; only those that take part. */
  readonly environments: readonly string[]
  readonly counts: Counts
  readonly countsByEnvironment: Readonly<Record<string, Counts>>
  /** A plan in it waits for an approval or an apply. */
  readonly isWaiting: boolean
}

/** Newest first, with how their workspaces stand, in two queries. */
export async function listChanges(db: Db, filter: ChangeFilter): Promise<ListedChange[]> {
  const rows = await findChanges(db, filter)
  const members = await standings(
    db,
    rows.map((row) => row.id),
  )
  return rows.map((row) => {
    const own = members.filter(
      ({ change_id: id, environment }) =>
        id === row.id && isIn(filter.places, { project: row.project, environment }),
    )
    const results = own.map((member) => ({ ...member, result: toResult(member) }))
    const environments = [...new Set(own.map((member) => member.environment))]
    return {
      change: toChange(row),
      project: row.project,
      environments,
      counts: countsOf(results),
      countsByEnvironment: Object.fromEntries(
        environments.map((name) => [
          name,
          countsOf(results.filter((member) => member.environment === name)),
        ]),
      ),
      isWaiting: row.status === 'open' && results.some(({ result }) => isWaiting(result)),
    }
  })
}

function isIn(places: readonly ReadablePlace[], place: ReadablePlace): boolean {
  return places.some(
    ({ project = place.project, environment = place.environment }) =>
      project === place.project && environment === place.environment,
  )
}

async function findChanges(db: Db, filter: ChangeFilter) {
  const { project, places, environment, status, actor, text, before, limit } = filter
  const { pullRequest, ids } = filter
  let query = db
    .selectFrom('changes')
    .innerJoin('projects', 'projects.id', 'changes.project_id')
    .selectAll('changes')
    .select('projects.name as project')
    .orderBy('changes.id', 'desc')
    .limit(limit)
  if (!places.some(isEverywhere)) query = query.where(readable(places))
  if (project !== undefined) query = query.where('projects.name', '=', project)
  if (pullRequest !== undefined) {
    query = query.where('changes.pull_request_number', '=', pullRequest)
  }
  if (ids !== undefined) query = query.where('changes.id', '=', sql<number>`any(${ids}::bigint[])`)
  if (before !== undefined) query = query.where('changes.id', '<', before)
  if (actor !== undefined) query = query.where('changes.actor', '=', actor)
  if (status === 'waiting') query = query.where('changes.status', '=', 'open').where(hasWaiting())
  else if (status !== undefined) query = query.where('changes.status', '=', status)
  if (environment !== undefined) query = query.where(takesPart(environment))
  if (text !== undefined && text.trim() !== '') query = query.where(says(text.trim()))
  return query.execute()
}

function isEverywhere({ project, environment }: ReadablePlace): boolean {
  return project === undefined && environment === undefined
}

function readable(places: readonly ReadablePlace[]) {
  return sql<boolean>`exists (
    select from change_workspaces as member join workspaces on workspaces.id = member.workspace_id
    join jsonb_to_recordset(${JSON.stringify(places)}::jsonb)
      as places (project text, environment text)
      on coalesce(places.project, projects.name) = projects.name
        and coalesce(places.environment, workspaces.environment) = workspaces.environment
    where member.change_id = changes.id)`
}

function hasWaiting() {
  return sql<boolean>`exists (
    select from runs where runs.change_id = changes.id and runs.status = 'planned')`
}

function takesPart(environment: string) {
  return sql<boolean>`exists (
    select from change_workspaces as member join workspaces on workspaces.id = member.workspace_id
    where member.change_id = changes.id and workspaces.environment = ${environment})`
}

function says(text: string) {
  const [, id] = /^(?:change-)?(\d{1,15})$/.exec(text) ?? []
  return sql<boolean>`(
    strpos(lower(changes.reason), lower(${text})) > 0
    or strpos(lower(coalesce(changes.source ->> 'branch', '')), lower(${text})) > 0
    or starts_with(coalesce(changes.source ->> 'commit', ''), lower(${text}))
    or changes.id = ${id === undefined ? -1 : Number(id)})`
}

interface MemberRow {
  readonly change_id: number
  readonly environment: string
  readonly status: string | null
  readonly reason: string | null
  readonly provisional: boolean | null
}

/** How each workspace of these changes stands, in the order of promotion. */
async function standings(db: Db, changeIds: readonly number[]): Promise<readonly MemberRow[]> {
  if (changeIds.length === 0) return []
  const { rows } = await sql<MemberRow>`
    select member.change_id, workspaces.environment, newest.status, newest.reason, plans.provisional
    from change_workspaces as member
    join workspaces on workspaces.id = member.workspace_id
    left join change_environments as place
      on place.change_id = member.change_id and place.name = workspaces.environment
    left join lateral (
      select id, status, reason from runs
      where runs.change_id = member.change_id and runs.workspace_id = member.workspace_id
      order by id desc limit 1
    ) as newest on true
    left join plans on plans.run_id = newest.id and not plans.outdated
    where member.change_id = any(${[...changeIds]}::bigint[])
    order by member.change_id, place.position nulls last, member.position`.execute(db)
  return rows
}

function toResult({ status, reason, provisional }: MemberRow): Result {
  if (status === null) return 'pending'
  return resultOf({
    status: status as RunStatus,
    reason: reason ?? undefined,
    provisional: provisional === true,
  })
}

function isWaiting(result: Result): boolean {
  return result === 'planned' || result === 'provisional'
}

function countsOf(members: readonly { readonly result: Result }[]): Counts {
  const counts: Partial<Record<Result, number>> = {}
  for (const { result } of members) counts[result] = (counts[result] ?? 0) + 1
  return counts
}
