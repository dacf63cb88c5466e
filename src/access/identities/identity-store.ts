import type { Db } from '../../platform/db/db.ts'
import type { HostLogin, Identity } from './identity.ts'

export interface IdentityRow extends HostLogin {
  readonly personId: string
  readonly createdBy: string
}

/** False when the login is somebody's already. */
export async function insert(db: Db, identity: IdentityRow): Promise<boolean> {
  const row = await db
    .insertInto('identities')
    .values({
      host: identity.host,
      login: identity.login,
      person_id: identity.personId,
      created_by: identity.createdBy,
    })
    .onConflict((existing) => existing.doNothing())
    .returning('login')
    .executeTakeFirst()
  return row !== undefined
}

/** By host and login. */
export async function list(db: Db): Promise<Identity[]> {
  const rows = await identities(db).orderBy('host').orderBy('login').execute()
  return rows.map(toIdentity)
}

export async function find(db: Db, { host, login }: HostLogin): Promise<Identity | undefined> {
  const row = await identities(db)
    .where('host', '=', host)
    .where('login', '=', login)
    .executeTakeFirst()
  return row && toIdentity(row)
}

export async function remove(db: Db, { host, login }: HostLogin): Promise<void> {
  await db.deleteFrom('identities').where('host', '=', host).where('login', '=', login).execute()
}

/** The person of a login, if they are enabled. */
export async function enabledPerson(
  db: Db,
  { host, login }: HostLogin,
): Promise<{ readonly id: string; readonly name: string } | undefined> {
  return db
    .selectFrom('identities')
    .innerJoin('people', 'people.id', 'person_id')
    .select(['people.id', 'people.name'])
    .where('host', '=', host)
    .where('login', '=', login)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
}

function identities(db: Db) {
  return db
    .selectFrom('identities')
    .innerJoin('people', 'people.id', 'person_id')
    .select(['host', 'login', 'people.name', 'identities.created_by', 'identities.created_at'])
}

type Row = Awaited<ReturnType<ReturnType<typeof identities>['executeTakeFirstOrThrow']>>

function toIdentity(row: Row): Identity {
  return {
    host: row.host,
    login: row.login,
    person: row.name,
    createdBy: row.created_by,
    createdAt: row.created_at,
  }
}
