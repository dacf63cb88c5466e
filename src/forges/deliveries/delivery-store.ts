import { sql } from 'kysely'
import { z } from 'zod'
import type { Db } from '../../platform/db/db.ts'
import { storableJson, storableText } from '../../platform/db/stored-text.ts'
import {
  type Delivery,
  type DeliveryStatus,
  deliveryStatuses,
  type WholeDelivery,
} from './delivery.ts'

export interface NewDelivery {
  readonly projectId: string
  readonly host: string
  readonly delivery: string
  readonly event: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload: Uint8Array
}

/**
 * The id of a new one; undefined when the host sent it before. Who brings the same at the same time
 * waits until this transaction ends.
 */
export async function insert(tx: Db, delivery: NewDelivery): Promise<number | undefined> {
  const row = await tx
    .insertInto('webhook_deliveries')
    .values({
      project_id: delivery.projectId,
      host: delivery.host,
      delivery: storableText(delivery.delivery),
      event: storableText(delivery.event),
      headers: storableJson(delivery.headers),
      payload: Buffer.from(delivery.payload),
      status: 'received',
    })
    .onConflict((existing) => existing.columns(['host', 'delivery']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id
}

export interface Outcome {
  readonly status: DeliveryStatus
  readonly result: string
}

export async function noteHandled(tx: Db, id: number, { status, result }: Outcome): Promise<void> {
  await tx
    .updateTable('webhook_deliveries')
    .set({ status, result: storableText(result), handled_at: sql`clock_timestamp()` })
    .where('id', '=', id)
    .execute()
}

export async function countReplay(tx: Db, id: number): Promise<void> {
  await tx
    .updateTable('webhook_deliveries')
    .set({ times: sql`times + 1` })
    .where('id', '=', id)
    .execute()
}

/** Forgets a part of what was received longer ago than these days. */
export async function prune(tx: Db, days: number): Promise<void> {
  await sql`
    delete from webhook_deliveries where id in (
      select id from webhook_deliveries where received_at < now() - make_interval(days => ${days})
      order by received_at limit 1000 for update skip locked)`.execute(tx)
}

export async function lastDeliveryAt(db: Db, projectId: string): Promise<Date | undefined> {
  const row = await db
    .selectFrom('webhook_deliveries')
    .select('received_at')
    .where('project_id', '=', projectId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.received_at
}

export interface DeliveryQuery {
  /** Names; undefined: of all projects. */
  readonly projects: readonly string[] | undefined
  readonly status: DeliveryStatus | undefined
  /** Older than the one with this id. */
  readonly before: number | undefined
  readonly limit: number
}

/** Newest first. */
export async function list(db: Db, query: DeliveryQuery): Promise<Delivery[]> {
  const { projects, status, before, limit } = query
  const rows = await deliveries(db)
    .$if(projects !== undefined, (all) =>
      all.where('projects.name', '=', sql<string>`any(${[...(projects ?? [])]}::text[])`),
    )
    .$if(status !== undefined, (all) => all.where('status', '=', status ?? ''))
    .$if(before !== undefined, (all) => all.where('d.id', '<', before ?? 0))
    .orderBy('d.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toDelivery)
}

/** Until a transaction ends nobody else handles it. */
export async function lock(
  tx: Db,
  id: number,
): Promise<(WholeDelivery & { readonly projectId: string }) | undefined> {
  await tx.selectFrom('webhook_deliveries').select('id').where('id', '=', id).forUpdate().execute()
  return find(tx, id)
}

export async function find(
  db: Db,
  id: number,
): Promise<(WholeDelivery & { readonly projectId: string }) | undefined> {
  const row = await deliveries(db)
    .select(['d.project_id', 'headers', 'payload'])
    .where('d.id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    ...toDelivery(row),
    projectId: row.project_id,
    headers: Headers.parse(row.headers),
    payload: row.payload,
  }
}

const Headers = z.record(z.string(), z.string())
const Status = z.enum(deliveryStatuses)

/** Reads across to the projects: people know them by their names. */
function deliveries(db: Db) {
  return db
    .selectFrom('webhook_deliveries as d')
    .innerJoin('projects', 'projects.id', 'd.project_id')
    .select([
      'd.id',
      'projects.name as project',
      'host',
      'delivery',
      'event',
      'status',
      'result',
      'received_at',
      'handled_at',
      'times',
    ])
}

type Row = Awaited<ReturnType<ReturnType<typeof deliveries>['executeTakeFirstOrThrow']>>

function toDelivery(row: Row): Delivery {
  return {
    id: row.id,
    project: row.project,
    host: row.host,
    delivery: row.delivery,
    event: row.event,
    status: Status.parse(row.status),
    result: row.result ?? undefined,
    receivedAt: row.received_at,
    handledAt: row.handled_at ?? undefined,
    times: row.times,
  }
}
