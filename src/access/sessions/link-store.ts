import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'

export interface LinkRow {
  readonly id: string
  readonly personId: string
  readonly hash: Buffer
  readonly createdBy: string
}

/** The person's only link from now on. Returns until when it can be used. */
export async function replace(db: Db, link: LinkRow): Promise<Date> {
  await removeUnused(db, link.personId)
  const row = await db
    .insertInto('sign_in_links')
    .values({
      id: link.id,
      person_id: link.personId,
      hash: link.hash,
      created_by: link.createdBy,
      expires_at: sql`now() + interval '24 hours'`,
    })
    .returning('expires_at')
    .executeTakeFirstOrThrow()
  return row.expires_at
}

/** Whose link this is, if it can still be used. */
export async function find(db: Db, hash: Buffer): Promise<string | undefined> {
  const row = await db
    .selectFrom('sign_in_links')
    .innerJoin('people', 'people.id', 'sign_in_links.person_id')
    .select('person_id')
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return row?.person_id
}

/** True for the one call that used it. */
export async function use(db: Db, hash: Buffer): Promise<boolean> {
  const row = await db
    .updateTable('sign_in_links')
    .set({ used_at: sql`now()` })
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function removeUnused(db: Db, personId: string): Promise<void> {
  await db
    .deleteFrom('sign_in_links')
    .where('person_id', '=', personId)
    .where('used_at', 'is', null)
    .execute()
}
