import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'
import type { PullRequests } from '../platform/db/schema.gen.ts'
import { storableJson, storableText } from '../platform/db/stored-text.ts'
import type { Planned, Problem, PullRequest } from './pull-request.ts'

/** What a host tells of a pull request. */
export type SeenPullRequest = Pick<
  PullRequest,
  | 'number'
  | 'status'
  | 'title'
  | 'author'
  | 'url'
  | 'headBranch'
  | 'headCommit'
  | 'headRepository'
  | 'baseBranch'
  | 'isDraft'
  | 'isFork'
  | 'labels'
  | 'mergeCommit'
  | 'createdAt'
>

/** What is recorded in a column as long as the head is the same. */
function ofSameHead<T>(column: keyof PullRequests & string, otherwise: RawBuilder<T>) {
  return sql<T>`case when pull_requests.head_commit = excluded.head_commit
    then ${sql.ref(`pull_requests.${column}`)} else ${otherwise} end`
}

/** Records how it was seen; what Portolan made of it stays. */
export async function saveSeen(
  db: Db,
  projectId: string,
  seen: SeenPullRequest,
): Promise<PullRequest> {
  const facts = {
    status: seen.status,
    title: storableText(seen.title),
    author: storableText(seen.author),
    url: storableText(seen.url),
    head_branch: storableText(seen.headBranch),
    head_commit: seen.headCommit,
    head_repository: seen.headRepository === undefined ? null : storableText(seen.headRepository),
    base_branch: storableText(seen.baseBranch),
    is_draft: seen.isDraft,
    is_fork: seen.isFork,
    labels: storableJson(seen.labels),
    merge_commit: seen.mergeCommit ?? null,
  }
  const row = await db
    .insertInto('pull_requests')
    .values({
      ...facts,
      project_id: projectId,
      number: seen.number,
      created_at: seen.createdAt,
      ended_at: seen.status === 'open' ? null : sql<Date>`clock_timestamp()`,
    })
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'number']).doUpdateSet({
        ...facts,
        seen_at: sql<Date>`clock_timestamp()`,
        head_seen_at: ofSameHead('head_seen_at', sql<Date>`clock_timestamp()`),
        // Of another head nobody knows yet why it could not be planned.
        problem: ofSameHead('problem', sql<null>`null`),
        problem_next: ofSameHead('problem_next', sql<null>`null`),
        problem_places: ofSameHead('problem_places', sql<string>`'[]'::jsonb`),
        ended_at:
          seen.status === 'open'
            ? null
            : sql<Date>`coalesce(pull_requests.ended_at, clock_timestamp())`,
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
  return toPullRequest(row)
}

export async function find(
  db: Db,
  projectId: string,
  number: number,
): Promise<PullRequest | undefined> {
  const row = await db
    .selectFrom('pull_requests')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('number', '=', number)
    .executeTakeFirst()
  return row && toPullRequest(row)
}

/** Where records of pull requests are looked at. */
export async function placesOf(
  db: Db,
  ids: readonly number[],
): Promise<{ projectId: string; number: number }[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('pull_requests')
    .select(['project_id', 'number'])
    .where('id', 'in', ids)
    .execute()
  return rows.map(({ project_id: projectId, number }) => ({ projectId, number }))
}

/** The pull request of a change, if it is one's. */
export async function placesOfChange(
  db: Db,
  changeId: number,
): Promise<{ projectId: string; number: number }[]> {
  const row = await db
    .selectFrom('changes')
    .select(['project_id', 'pull_request_number'])
    .where('id', '=', changeId)
    .executeTakeFirst()
  if (row?.pull_request_number == null) return []
  return [{ projectId: row.project_id, number: row.pull_request_number }]
}

/** Which pull requests are wanted; what is absent does not restrict. */
export interface PullRequestFilter {
  readonly projectIds?: readonly string[] | undefined
  readonly status?: PullRequest['status'] | undefined
  readonly branch?: string | undefined
  /** The id of the last one already seen. */
  readonly before?: number | undefined
  readonly limit?: number | undefined
}

/** Newest first. */
export async function list(db: Db, filter: PullRequestFilter): Promise<PullRequest[]> {
  const { projectIds, status, branch, before, limit } = filter
  if (projectIds?.length === 0) return []
  let query = db.selectFrom('pull_requests').selectAll().orderBy('id', 'desc')
  if (projectIds !== undefined) query = query.where('project_id', 'in', projectIds)
  if (status !== undefined) query = query.where('status', '=', status)
  if (before !== undefined) query = query.where('id', '<', before)
  if (branch !== undefined) {
    query = query.where((where) =>
      where.or([where('head_branch', '=', branch), where('base_branch', '=', branch)]),
    )
  }
  if (limit !== undefined) query = query.limit(limit)
  return (await query.execute()).map(toPullRequest)
}

/** Those that ended after a moment; those whose change can still be applied, for a week. */
export async function listEnded(db: Db, projectId: string, since: Date): Promise<PullRequest[]> {
  const rows = await db
    .selectFrom('pull_requests as pr')
    // Whether it can be applied is known there.
    .leftJoin('changes', 'changes.id', 'pr.change_id')
    .selectAll('pr')
    .where('pr.project_id', '=', projectId)
    .where('pr.status', '<>', 'open')
    .where('pr.ended_at', '>', sql<Date>`least(${since}::timestamptz, now() - interval '7 days')`)
    .where((where) =>
      where.or([where('pr.ended_at', '>', since), where('changes.status', '=', 'open')]),
    )
    .execute()
  return rows.map(toPullRequest)
}

/** What was planned of a head, or why it cannot be. */
export type PlanOutcome = { readonly planned: Planned } | { readonly problem: Problem }

export async function savePlanned(db: Db, id: number, outcome: PlanOutcome): Promise<void> {
  const values =
    'planned' in outcome
      ? {
          planned_head: outcome.planned.head,
          planned_base: outcome.planned.base,
          planned_commit: outcome.planned.commit,
          change_id: outcome.planned.changeId ?? null,
          problem: null,
          problem_places: '[]',
          problem_next: null,
          merge_problem: null,
          told_event: 0,
        }
      : {
          problem: storableText(outcome.problem.sentence),
          problem_places: storableJson(outcome.problem.places),
          problem_next:
            outcome.problem.next === undefined ? null : storableText(outcome.problem.next),
        }
  await db.updateTable('pull_requests').set(values).where('id', '=', id).execute()
}

/** Why it was not merged although everything is applied; undefined: nothing is in the way. */
export async function saveMergeProblem(
  db: Db,
  id: number,
  problem: string | undefined,
): Promise<void> {
  await db
    .updateTable('pull_requests')
    .set({ merge_problem: problem === undefined ? null : storableText(problem) })
    .where('id', '=', id)
    .execute()
}

/** Has what is applied by merging asked for; false when it was before. */
export async function takeMerge(db: Db, id: number): Promise<boolean> {
  const row = await db
    .updateTable('pull_requests')
    .set({ is_merge_taken: true })
    .where('id', '=', id)
    .where('is_merge_taken', '=', false)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Other open pull requests whose plans rest on a workspace of this change. */
export async function listTouchedBy(db: Db, changeId: number): Promise<PullRequest[]> {
  const rows = await db
    .selectFrom('pull_requests as pr')
    .selectAll('pr')
    .where('pr.status', '=', 'open')
    .where('pr.change_id', '!=', changeId)
    .where((where) =>
      where.exists(
        where
          .selectFrom('change_workspaces as theirs')
          .innerJoin('change_workspaces as its', 'its.workspace_id', 'theirs.workspace_id')
          .select('theirs.workspace_id')
          .whereRef('theirs.change_id', '=', 'pr.change_id')
          .where('its.change_id', '=', changeId),
      ),
    )
    .execute()
  return rows.map(toPullRequest)
}

/** Lets a head be planned although it is a draft's or a fork's. */
export async function permit(
  db: Db,
  id: number,
  { commit, by }: { readonly commit: string; readonly by: string },
): Promise<void> {
  await db
    .updateTable('pull_requests')
    .set({ permitted_commit: commit, permitted_by: by })
    .where('id', '=', id)
    .execute()
}

/** Pull requests of whose change more was told than their host knows. */
export async function listMoved(db: Db): Promise<{ pullRequest: PullRequest; event: number }[]> {
  const rows = await db
    .selectFrom('pull_requests as pr')
    .innerJoinLateral(
      (from) =>
        from
          .selectFrom('change_events')
          .select((select) => select.fn.max('seq').as('event'))
          .whereRef('change_events.change_id', '=', 'pr.change_id')
          .as('newest'),
      (join) => join.onTrue(),
    )
    .selectAll('pr')
    .select('newest.event')
    .where((where) =>
      where.or([
        where('pr.status', '=', 'open'),
        // What is a time of its own for each row is looked up in no index.
        where('pr.ended_at', '>', sql<Date>`now() - interval '1 day'`),
      ]),
    )
    .whereRef('newest.event', '>', 'pr.told_event')
    .execute()
  return rows.map((row) => ({ pullRequest: toPullRequest(row), event: row.event }))
}

/** How much of its change the host of a pull request is told. */
export interface Told {
  readonly changeId: number | undefined
  /** Of that change. */
  readonly event: number
}

/** False when it has another change by now, of which nothing was told. */
export async function saveTold(db: Db, id: number, { changeId, event }: Told): Promise<boolean> {
  const row = await db
    .updateTable('pull_requests')
    .set({ told_event: sql<number>`greatest(told_event, ${event})` })
    .where('id', '=', id)
    .where('change_id', 'is not distinct from', changeId ?? null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** What was planned of it says nothing any more: the next look has it planned anew. */
export async function forgetPlanned(db: Db, id: number): Promise<void> {
  await db
    .updateTable('pull_requests')
    .set({
      planned_head: null,
      planned_base: null,
      planned_commit: null,
      change_id: null,
      told_event: 0,
    })
    .where('id', '=', id)
    .execute()
}

// The assertions hold by the table's check constraints, and because only this file writes the JSON.
function toPullRequest(row: Selectable<PullRequests>): PullRequest {
  return {
    id: row.id,
    projectId: row.project_id,
    number: row.number,
    status: row.status as PullRequest['status'],
    title: row.title,
    author: row.author,
    url: row.url,
    headBranch: row.head_branch,
    headCommit: row.head_commit,
    headSeenAt: row.head_seen_at,
    headRepository: row.head_repository ?? undefined,
    baseBranch: row.base_branch,
    isDraft: row.is_draft,
    isFork: row.is_fork,
    labels: row.labels as unknown as readonly string[],
    permittedCommit: row.permitted_commit ?? undefined,
    permittedBy: row.permitted_by ?? undefined,
    planned: plannedOf(row),
    problem: row.problem ?? undefined,
    problemPlaces: row.problem_places as unknown as readonly string[],
    problemNext: row.problem_next ?? undefined,
    mergeProblem: row.merge_problem ?? undefined,
    mergeCommit: row.merge_commit ?? undefined,
    isMergeTaken: row.is_merge_taken,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    endedAt: row.ended_at ?? undefined,
  }
}

function plannedOf(row: Selectable<PullRequests>): Planned | undefined {
  const { planned_head: head, planned_base: base, planned_commit: commit } = row
  if (head === null || base === null || commit === null) return undefined
  return { head, base, commit, changeId: row.change_id ?? undefined }
}
