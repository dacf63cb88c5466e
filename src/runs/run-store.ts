import { sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'
import { storableJson, storableText } from '../platform/db/stored-text.ts'
import { conflict } from '../platform/errors.ts'
import { leaseEnd } from './leases/lease-store.ts'
import * as logStore from './logs/log-store.ts'
import {
  advance,
  noSuchRun,
  type Operation,
  type PlanSummary,
  type Run,
  type RunOptions,
  type RunSource,
  type RunStatus,
  runName,
  transitions,
} from './run.ts'
import { type RunRecord, toRecord, toRun } from './run-row-store.ts'

export interface NewRun {
  readonly workspaceId: string
  /** The change that it belongs to; undefined for one of its own. */
  readonly changeId?: number | undefined
  readonly operation: Operation
  readonly actor: string
  readonly source: RunSource
  readonly options: RunOptions
}

/** What changes together with a status. */
export interface Change {
  readonly to: RunStatus
  readonly reason?: string
  /** Who did it, when a person did. */
  readonly actor?: string
  readonly summary?: PlanSummary
  /** `lost` forgets the token too: its holder must not take the end for its own. */
  readonly lease?: { readonly take: string; readonly fence?: number } | 'done' | 'lost'
}

/** Time runs on during a transaction that waits, `now()` does not. */
const clock = sql<Date>`clock_timestamp()`

export async function insert(db: Db, input: NewRun): Promise<Run> {
  const row = await db
    .insertInto('runs')
    .values({
      workspace_id: input.workspaceId,
      change_id: input.changeId ?? null,
      operation: input.operation,
      status: 'queued',
      actor: storableText(input.actor),
      source: storableJson(input.source),
      options: storableJson(input.options),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toRun(row)
}

/** @throws AppError `not_found` */
export async function get(db: Db, id: number): Promise<Run> {
  const row = await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw noSuchRun(id)
  return toRun(row)
}

/** Holds the run's row until the transaction ends. @throws AppError `not_found` */
export async function lock(db: Db, id: number): Promise<RunRecord> {
  const query = db.selectFrom('runs').selectAll().where('id', '=', id).forUpdate()
  const row = await query.executeTakeFirst()
  if (!row) throw noSuchRun(id)
  return toRecord(row)
}

/**
 * The workspace's row, held until the transaction ends. Whatever takes a workspace's lock or moves
 * several of its runs holds it first, before any run: one order, no deadlocks.
 */
export async function lockWorkspace(db: Db, workspaceId: string): Promise<void> {
  await db
    .selectFrom('workspaces')
    .select('id')
    .where('id', '=', workspaceId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
}

/** Moves a run if it still stands at `before`, and writes the event in the same transaction. */
export async function move(db: Db, before: Run, change: Change): Promise<Run> {
  const after = advance(before, change.to)
  const final = transitions[after.status].length === 0
  const row = await db
    .updateTable('runs')
    .set({
      status: after.status,
      reason: change.reason === undefined ? null : storableText(change.reason),
      ...(change.summary ? { summary: storableJson(change.summary) } : {}),
      ...(after.status === 'planning' ? { planning_at: clock } : {}),
      ...(after.status === 'planned' || after.status === 'unchanged' ? { planned_at: clock } : {}),
      ...(after.status === 'applying' ? { applying_at: clock } : {}),
      ...(final ? { finished_at: clock } : {}),
      ...leaseColumns(change.lease),
    })
    .where('id', '=', before.id)
    .where('status', '=', before.status)
    .returningAll()
    .executeTakeFirst()
  if (!row) throw conflict(`${runName(before.id)} was changed by someone else at the same time`)
  await logStore.appendEvent(db, before.id, {
    type: 'status',
    data: {
      from: before.status,
      to: after.status,
      ...(change.reason === undefined ? {} : { reason: change.reason }),
      ...(change.actor === undefined ? {} : { by: change.actor }),
    },
  })
  return toRun(row)
}

function leaseColumns(lease: Change['lease']) {
  if (lease === undefined) return {}
  if (lease === 'lost') return { lease_token: null, lease_expires_at: null }
  if (lease === 'done') return { lease_expires_at: null }
  return {
    lease_owner: lease.take,
    lease_token: sql<string>`gen_random_uuid()`,
    lease_expires_at: leaseEnd,
    ...(lease.fence === undefined ? {} : { fence: lease.fence }),
  }
}

export async function requestCancel(db: Db, id: number, actor: string): Promise<Run> {
  const row = await db
    .updateTable('runs')
    .set({ cancel_requested_by: storableText(actor), cancel_requested_at: clock })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return toRun(row)
}

/** Newest first; `before` is the id of the last one already seen. */
export async function list(
  db: Db,
  workspaceId: string,
  page: { readonly before?: number; readonly limit: number },
): Promise<Run[]> {
  const query = db
    .selectFrom('runs')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .orderBy('id', 'desc')
    .limit(page.limit)
  const rows = await (page.before === undefined
    ? query
    : query.where('id', '<', page.before)
  ).execute()
  return rows.map(toRun)
}

const finalStatuses: readonly string[] = Object.entries(transitions)
  .filter(([, next]) => next.length === 0)
  .map(([status]) => status)

/** Runs that are not over, oldest first. */
export async function live(db: Db, workspaceId: string): Promise<Run[]> {
  const rows = await db
    .selectFrom('runs')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('status', 'not in', finalStatuses)
    .orderBy('id')
    .execute()
  return rows.map(toRun)
}

/** The run that has the workspace for itself: it applies, or nobody saw how it ended. */
export async function applying(db: Db, workspaceId: string): Promise<Run | undefined> {
  const row = await db
    .selectFrom('runs')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('status', 'in', ['applying', 'unknown'])
    .executeTakeFirst()
  return row && toRun(row)
}

/** Those of the changes in which something applies, or of which nobody saw how an apply ended. */
export async function applyingChanges(
  db: Db,
  changeIds: readonly number[],
): Promise<ReadonlySet<number>> {
  if (changeIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('runs')
    .select('change_id')
    .distinct()
    .where('change_id', 'in', changeIds)
    .where('status', 'in', ['applying', 'unknown'])
    .execute()
  return new Set(rows.flatMap((row) => row.change_id ?? []))
}

/** Says anew what a waiting run waits for. */
export async function explain(db: Db, run: Run, reason: string): Promise<Run> {
  const row = await db
    .updateTable('runs')
    .set({ reason: storableText(reason) })
    .where('id', '=', run.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await logStore.appendEvent(db, run.id, { type: 'waiting', data: { reason } })
  return toRun(row)
}

/** The time of the database, by which everything is dated. */
export async function databaseTime(db: Db): Promise<Date> {
  return (await db.selectNoFrom(clock.as('now')).executeTakeFirstOrThrow()).now
}
