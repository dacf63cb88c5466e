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

/** Says who is at work on a request: another one takes the place of who was at it for too long. */
export interface Claim extends Pick<RepeatableRequest, 'principal' | 'key'> {
  /** As PostgreSQL writes it: a `Date` would lose microseconds. */
  readonly since: string
}

/** For the one who is to carry the request out; undefined for everybody else. */
export async function begin(
  db: Db,
  { principal, key, hash }: RepeatableRequest,
): Promise<Claim | undefined> {
  await sql`
    delete from idempotent_answers
    where created_at < now() - interval '1 day'
      or (principal = ${principal} and key = ${key} and status is null
        and created_at < now() - make_interval(secs => ${PATIENCE}))`.execute(db)
  const row = await db
    .insertInto('idempotent_answers')
    .values({ principal, key, request: hash })
    .onConflict((conflict) => conflict.doNothing())
    .returning(sql<string>`created_at::text`.as('since'))
    .executeTakeFirst()
  return row && { principal, key, since: row.since }
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

/** Nothing is kept of who was at work for so long that another one took the place. */
export async function keep(
  db: Db,
  { principal, key, since }: Claim,
  answer: { readonly status: number; readonly body: string },
): Promise<void> {
  await db
    .updateTable('idempotent_answers')
    .set(answer)
    .where('principal', '=', principal)
    .where('key', '=', key)
    .where('created_at', '=', sql<Date>`${since}::timestamptz`)
    .execute()
}

/** Nothing came of it: it may be sent again, unless another one is at work on it by now. */
export async function forget(db: Db, { principal, key, since }: Claim): Promise<void> {
  await db
    .deleteFrom('idempotent_answers')
    .where('principal', '=', principal)
    .where('key', '=', key)
    .where('created_at', '=', sql<Date>`${since}::timestamptz`)
    .execute()
}
