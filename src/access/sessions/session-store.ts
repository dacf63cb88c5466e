import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import { IDLE_HOURS, LONGEST_DAYS } from './session.ts'

/** Begins a session and forgets those that were over a year ago. */
export async function insert(
  db: Db,
  session: { readonly id: string; readonly personId: string; readonly hash: Buffer },
): Promise<Date> {
  await db
    .deleteFrom('sessions')
    .where('expires_at', '<', sql<Date>`now() - interval '1 year'`)
    .execute()
  const row = await db
    .insertInto('sessions')
    .values({
      id: session.id,
      person_id: session.personId,
      hash: session.hash,
      expires_at: sql`now() + make_interval(days => ${LONGEST_DAYS})`,
    })
    .returning('expires_at')
    .executeTakeFirstOrThrow()
  return row.expires_at
}

export interface LiveSession {
  readonly id: string
  readonly personId: string
  readonly name: string
  readonly lastUseIsOld: boolean
}

/** The session with this hash, if it goes on by the database's clock and its person is enabled. */
export async function findLive(db: Db, hash: Buffer): Promise<LiveSession | undefined> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('people', 'people.id', 'sessions.person_id')
    .select(['sessions.id', 'person_id', 'people.name'])
    .select(sql<boolean>`last_used_at < now() - interval '1 minute'`.as('last_use_is_old'))
    .where('hash', '=', hash)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .where('last_used_at', '>', sql<Date>`now() - make_interval(hours => ${IDLE_HOURS})`)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return (
    row && {
      id: row.id,
      personId: row.person_id,
      name: row.name,
      lastUseIsOld: row.last_use_is_old,
    }
  )
}

export async function markUsed(db: Db, id: string): Promise<void> {
  await db.updateTable('sessions').set({ last_used_at: sql`now()` }).where('id', '=', id).execute()
}

/** True when this call ended it. */
export async function end(db: Db, id: string): Promise<boolean> {
  const row = await db
    .updateTable('sessions')
    .set({ ended_at: sql`now()` })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Ends all sessions of a person. */
export async function endAll(db: Db, personId: string): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ ended_at: sql`now()` })
    .where('person_id', '=', personId)
    .where('ended_at', 'is', null)
    .execute()
}
