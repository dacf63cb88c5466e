import { randomUUID } from 'node:crypto'
import type { Db } from '../../src/platform/db/db.ts'

/** Somebody with an account, in these teams, which are made where they are new; the person's id. */
export async function aPerson(
  db: Db,
  name: string,
  teams: readonly string[] = [],
): Promise<string> {
  const id = randomUUID()
  await db.insertInto('people').values({ id, name, full_name: name, created_by: 'test' }).execute()
  for (const team of teams) {
    await db
      .insertInto('teams')
      .values({ id: randomUUID(), name: team, created_by: 'test' })
      .onConflict((existing) => existing.doNothing())
      .execute()
    await db
      .insertInto('team_members')
      .columns(['team_id', 'person_id'])
      .expression((query) =>
        query
          .selectFrom('teams')
          .select(({ val }) => ['teams.id', val(id).as('person_id')])
          .where('name', '=', team),
      )
      .execute()
  }
  return id
}
