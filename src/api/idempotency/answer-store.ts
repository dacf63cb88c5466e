import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'

/** A request that says that it may be sent twice. */
export interface RepeatableRequest {
  readonly principal: string
  readonly key: string
  /** sha256 over method, path and body. */
  readonly hash: Buffer
}

export interface KeptAnswer {
  readonly hash: Buffer
  /** Undefined while the first request is still at work. */
  readonly status: number | undefined
  readonly body: string
}

/** Seconds after which nobody is at work on a request any more. */
const PATIENCE = 300

/** True for the one who is to carry the request out. */
export async function begin(db: Db, { principal, key, hash }: RepeatableRequest): Promise<boolean> {
  await sql`
    delete from idempotent_answers
    where created_at < now() - interval '1 day'
      or (principal = ${principal} and key = ${key} and status is null
        and created_at < now() - make_interval(secs => ${PATIENCE}))`.execute(db)
  const row = await db
    .insertInto('idempotent_answers')
    .values({ principal, key, request: hash })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst()
  return row !== undefined
}

export async function find(
  db: Db,
  { principal, key }: Pick<RepeatableRequest, 'principal' | 'key'>,
): Promise<KeptAnswer | undefined> {
  const row = await db
    .selectFrom('idempotent_answers')
    .select(['request', 'status', 'body'])
    .where('principal', '=', principal)
    .where('key', '=', key)
    .executeTakeFirst()
  return row && { hash: row.request, status: row.status ?? undefined, body: row.body ?? '' }
}

export async function keep(
  db: Db,
  { principal, key }: Pick<RepeatableRequest, 'principal' | 'key'>,
  answer: { readonly status: number; readonly body: string },
): Promise<void> {
  await db
    .updateTable('idempotent_answers')
    .set(answer)
    .where('principal', '=', principal)
    .where('key', '=', key)
    .execute()
}

/** Nothing came of it: it may be sent again. */
export async function forget(
  db: Db,
  { principal, key }: Pick<RepeatableRequest, 'principal' | 'key'>,
): Promise<void> {
  await db
    .deleteFrom('idempotent_answers')
    .where('principal', '=', principal)
    .where('key', '=', key)
    .execute()
}
