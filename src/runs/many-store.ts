import { sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'
import type { JsonObject } from '../platform/db/schema.gen.ts'
import { storableJson } from '../platform/db/stored-text.ts'
import { conflict } from '../platform/errors.ts'
import { advance, isFinal, type Run, type RunStatus, runName } from './run.ts'
import { type RunRecord, toRecord, toRun } from './run-row-store.ts'
import type { NewRun } from './run-store.ts'

/** New runs, queued, in the given order. At most one for a workspace: that is how they are told apart. */
export async function insertAll(db: Db, inputs: readonly NewRun[]): Promise<Run[]> {
  const rows = inputs.map(({ workspaceId, changeId, operation, actor, source, options }) => ({
    workspace_id: workspaceId,
    change_id: changeId ?? null,
    operation,
    actor,
    source,
    options,
  }))
  const inserted = await db
    .insertInto('runs')
    .columns(['workspace_id', 'change_id', 'operation', 'status', 'actor', 'source', 'options'])
    .expression(
      sql`select workspace_id, change_id, operation, 'queued', actor, source, options
        from rows from (jsonb_to_recordset(${storableJson(rows)}::jsonb) as (workspace_id uuid,
          change_id bigint, operation text, actor text, source jsonb, options jsonb))
          with ordinality order by ordinality`,
    )
    .returningAll()
    .execute()
  const runs = new Map(inserted.map((row) => [row.workspace_id, toRun(row)]))
  return inputs.map(({ workspaceId }) => {
    const run = runs.get(workspaceId)
    if (run === undefined) throw conflict(`no run was made for the workspace ${workspaceId}`)
    return run
  })
}

/** Holds the rows of several runs until the transaction ends, always in the order of their ids. */
export async function lockAll(db: Db, ids: readonly number[]): Promise<RunRecord[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('runs')
    .selectAll()
    .where('id', '=', sql<number>`any(${ids}::bigint[])`)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map(toRecord)
}

/** A run of a change, after which there was none in the same workspace. */
export interface NewestRun {
  readonly run: Run
  /** Its plan was made from values that an apply has yet to bring. */
  readonly provisional: boolean
  /** Of its plan: what an approval must name. */
  readonly digest: string | undefined
}

export async function newestOfChange(db: Db, changeId: number): Promise<NewestRun[]> {
  const rows = await db
    .selectFrom('runs')
    .leftJoin('plans', (join) =>
      join.onRef('plans.run_id', '=', 'runs.id').on('plans.outdated', '=', false),
    )
    .distinctOn('runs.workspace_id')
    .selectAll('runs')
    .select(['plans.provisional', 'plans.digest'])
    .where('runs.change_id', '=', changeId)
    .orderBy('runs.workspace_id')
    .orderBy('runs.id', 'desc')
    .execute()
  return rows.map((row) => ({
    run: toRun(row),
    provisional: row.provisional === true,
    digest: row.digest?.toString('hex'),
  }))
}

export interface Move {
  readonly run: Run
  readonly reason: string | undefined
}

/** Moves runs that the caller holds to one status, and writes an event for each. */
export async function moveAll(
  db: Db,
  moves: readonly Move[],
  { to, actor }: { readonly to: RunStatus; readonly actor?: string },
): Promise<Run[]> {
  if (moves.length === 0) return []
  for (const { run } of moves) advance(run, to)
  const rows = moves.map(({ run, reason }) => ({ id: run.id, was: run.status, reason }))
  const finished = isFinal(to) ? sql`clock_timestamp()` : sql`null`
  const moved = await db
    .updateTable('runs')
    .from(
      sql<{ id: number; was: string; reason: string | null }>`(
        select * from jsonb_to_recordset(${storableJson(rows)}::jsonb)
          as rows (id bigint, was text, reason text))`.as('moves'),
    )
    .set({ status: to, reason: sql`moves.reason`, finished_at: sql<Date>`${finished}` })
    .whereRef('runs.id', '=', sql<number>`moves.id`)
    .whereRef('runs.status', '=', sql<string>`moves.was`)
    .returningAll('runs')
    .execute()
  if (moved.length !== moves.length) {
    throw conflict('some of these runs were changed by someone else at the same time')
  }
  const by = actor === undefined ? {} : { by: actor }
  await appendEvents(
    db,
    moves.map(({ run, reason }) => ({
      runId: run.id,
      type: 'status',
      data: { from: run.status, to, ...(reason === undefined ? {} : { reason }), ...by },
    })),
  )
  const order = new Map(moves.map(({ run }, index) => [run.id, index]))
  return moved.map(toRun).toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0))
}

export interface NewEvent {
  readonly runId: number
  readonly type: string
  readonly data: JsonObject
}

/** At most one event for a run, each numbered without gaps: the caller holds the runs' rows. */
export async function appendEvents(db: Db, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(({ runId, type, data }) => ({ run_id: runId, type, data }))
  await sql`
    insert into run_events (run_id, seq, type, data)
    select events.run_id, coalesce(last.seq, 0) + 1, events.type, events.data
    from jsonb_to_recordset(${storableJson(rows)}::jsonb)
      as events (run_id bigint, type text, data jsonb)
    left join lateral (
      select seq from run_events where run_events.run_id = events.run_id order by seq desc limit 1
    ) as last on true`.execute(db)
}

/** Asks the runners of these runs to end them. */
export async function requestCancelAll(
  db: Db,
  runs: readonly Run[],
  actor: string,
): Promise<Run[]> {
  const ids = runs.map((run) => run.id)
  if (ids.length === 0) return []
  const rows = await db
    .updateTable('runs')
    .set({ cancel_requested_by: actor, cancel_requested_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', sql<number>`any(${ids}::bigint[])`)
    .returningAll()
    .execute()
  const data = { by: actor }
  await appendEvents(
    db,
    runs.map((run) => ({ runId: run.id, type: 'cancel-requested', data })),
  )
  return rows.map(toRun)
}

/** Run names for a sentence: `run-3, run-4 and 7 more`. */
export function someNames(runs: readonly Run[]): string {
  const named = runs.slice(0, 3).map((run) => runName(run.id))
  const more = runs.length - named.length
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ')
}
