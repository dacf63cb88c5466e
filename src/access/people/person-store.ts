import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import { notFound } from '../../platform/errors.ts'
import type { Account, Person } from './person.ts'

export interface PersonRow {
  readonly id: string
  readonly name: string
  readonly fullName: string
  readonly createdBy: string
}

/** False when the name is taken. */
export async function insert(db: Db, person: PersonRow): Promise<boolean> {
  const row = await db
    .insertInto('people')
    .values({
      id: person.id,
      name: person.name,
      full_name: person.fullName,
      created_by: person.createdBy,
    })
    .onConflict((existing) => existing.column('name').doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function account(db: Db, name: string): Promise<Account | undefined> {
  const row = await accounts(db).where('name', '=', name).executeTakeFirst()
  return row && toAccount(row)
}

export async function accountById(db: Db, id: string): Promise<Account | undefined> {
  const row = await accounts(db).where('id', '=', id).executeTakeFirst()
  return row && toAccount(row)
}

/** Until the transaction ends nobody disables them, and no session of theirs begins elsewhere. */
export async function lockAccount(tx: Db, id: string): Promise<Account | undefined> {
  const row = await accounts(tx).where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
  return row && toAccount(row)
}

export async function isEnabled(db: Db, id: string): Promise<boolean> {
  return (await accountById(db, id))?.enabled === true
}

export async function names(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('people').select('name').execute()
  return rows.map((row) => row.name)
}

/** @throws AppError `not_found` */
export async function personIdOf(db: Db, name: string): Promise<string> {
  const found = await account(db, name)
  if (found !== undefined) return found.id
  throw notFound(`there is nobody named ${name}`, { next: 'See the list of people.' })
}

export async function setFullName(db: Db, id: string, fullName: string): Promise<void> {
  await db.updateTable('people').set({ full_name: fullName }).where('id', '=', id).execute()
}

export async function setPassword(db: Db, id: string, password: string): Promise<void> {
  await db.updateTable('people').set({ password }).where('id', '=', id).execute()
}

export async function setEnabled(db: Db, id: string, enabled: boolean): Promise<void> {
  await db
    .updateTable('people')
    .set({ disabled_at: enabled ? null : sql`now()` })
    .where('id', '=', id)
    .execute()
}

export async function list(db: Db): Promise<Person[]> {
  return (await people(db).orderBy('people.name').execute()).map(toPerson)
}

export async function find(db: Db, id: string): Promise<Person | undefined> {
  const row = await people(db).where('people.id', '=', id).executeTakeFirst()
  return row && toPerson(row)
}

/** The ids of those of the names that are somebody's, disabled people included. */
export async function idsOf(db: Db, wanted: readonly string[]): Promise<Map<string, string>> {
  if (wanted.length === 0) return new Map()
  const rows = await db
    .selectFrom('people')
    .select(['id', 'name'])
    .where('name', '=', sql<string>`any(${[...wanted]}::text[])`)
    .execute()
  return new Map(rows.map((row) => [row.name, row.id]))
}

function accounts(db: Db) {
  return db.selectFrom('people').select(['id', 'name', 'full_name', 'password', 'disabled_at'])
}

type AccountRow = Awaited<ReturnType<ReturnType<typeof accounts>['executeTakeFirstOrThrow']>>

function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    name: row.name,
    fullName: row.full_name,
    password: row.password ?? undefined,
    enabled: row.disabled_at === null,
  }
}

function people(db: Db) {
  return db
    .selectFrom('people')
    .select(['people.id', 'people.name', 'full_name', 'disabled_at', 'created_by', 'created_at'])
    .select([
      sql<boolean>`password is not null`.as('has_password'),
      sql<Date | null>`(
        select max(last_used_at) from sessions where person_id = people.id)`.as('last_seen_at'),
      sql<string[]>`array(
        select teams.name from teams join team_members on team_id = teams.id
        where person_id = people.id order by teams.name)`.as('teams'),
    ])
}

type Row = Awaited<ReturnType<ReturnType<typeof people>['executeTakeFirstOrThrow']>>

function toPerson(row: Row): Person {
  const present = row.has_password ? 'active' : 'invited'
  return {
    id: row.id,
    name: row.name,
    fullName: row.full_name,
    status: row.disabled_at === null ? present : 'disabled',
    teams: row.teams,
    createdBy: row.created_by,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at ?? undefined,
  }
}
