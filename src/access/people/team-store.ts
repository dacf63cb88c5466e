import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import { notFound } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import type { Team } from './person.ts'

/** The team's id; made if it is new. */
export async function ensure(db: Db, team: { readonly name: string; readonly createdBy: string }) {
  await db
    .insertInto('teams')
    .values({ id: newId(), name: team.name, created_by: team.createdBy })
    .onConflict((existing) => existing.column('name').doNothing())
    .execute()
  return teamIdOf(db, team.name)
}

/** @throws AppError `not_found` */
export async function teamIdOf(db: Db, name: string): Promise<string> {
  const row = await db.selectFrom('teams').select('id').where('name', '=', name).executeTakeFirst()
  if (row !== undefined) return row.id
  throw notFound(`there is no team ${name}`, { next: 'See the list of teams.' })
}

/** These and nobody else. */
export async function setMembers(
  db: Db,
  teamId: string,
  personIds: readonly string[],
): Promise<void> {
  await db.deleteFrom('team_members').where('team_id', '=', teamId).execute()
  if (personIds.length === 0) return
  await db
    .insertInto('team_members')
    .values(personIds.map((personId) => ({ team_id: teamId, person_id: personId })))
    .execute()
}

/** With its roles. */
export async function remove(db: Db, id: string): Promise<void> {
  await db.deleteFrom('teams').where('id', '=', id).execute()
}

export async function list(db: Db): Promise<Team[]> {
  const rows = await db
    .selectFrom('teams')
    .select(['name', 'created_by', 'created_at'])
    .select(
      sql<string[]>`array(
        select people.name from people join team_members on person_id = people.id
        where team_id = teams.id order by people.name)`.as('members'),
    )
    .orderBy('name')
    .execute()
  return rows.map((row) => ({
    name: row.name,
    members: row.members,
    createdBy: row.created_by,
    createdAt: row.created_at,
  }))
}

/** The names of the teams of each of these people; who has none has no entry. */
export async function teamsOf(
  db: Db,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (personIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('team_members')
    .innerJoin('teams', 'teams.id', 'team_members.team_id')
    .select(['person_id', 'teams.name'])
    .where('person_id', '=', sql<string>`any(${[...personIds]}::uuid[])`)
    .orderBy('teams.name')
    .execute()
  const byPerson = Map.groupBy(rows, (row) => row.person_id)
  return new Map([...byPerson].map(([id, teams]) => [id, teams.map((team) => team.name)]))
}
