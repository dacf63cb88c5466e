import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import type { Permission } from '../principal.ts'
import type { TokenRecord } from './token.ts'
import { Permissions } from './token-schema.ts'

export interface TokenRow {
  readonly id: string
  readonly name: string
  readonly hash: Buffer
  readonly permissions: readonly Permission[]
  readonly personId: string | undefined
  readonly projectId: string | undefined
  readonly environment: string | undefined
  readonly createdBy: string
  readonly expiresAt: Date | undefined
}

/** False when the name is taken. */
export async function insert(db: Db, token: TokenRow): Promise<boolean> {
  const row = await db
    .insertInto('api_tokens')
    .values({
      id: token.id,
      name: token.name,
      hash: token.hash,
      permissions: [...token.permissions],
      person_id: token.personId ?? null,
      project_id: token.projectId ?? null,
      environment: token.environment ?? null,
      created_by: token.createdBy,
      expires_at: token.expiresAt ?? null,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/**
 * The token with this hash that is neither revoked nor expired, by the database's clock, and whose
 * person, if it has one, is not disabled.
 */
export async function findUsable(
  db: Db,
  hash: Buffer,
): Promise<(TokenRecord & { readonly lastUseIsOld: boolean }) | undefined> {
  const row = await tokens(db)
    .select(
      sql<boolean>`t.last_used_at is null or t.last_used_at < now() - interval '1 minute'`.as(
        'last_use_is_old',
      ),
    )
    .where('t.hash', '=', hash)
    .where('t.revoked_at', 'is', null)
    .where(sql<boolean>`(t.expires_at is null or t.expires_at > now())`)
    .where('people.disabled_at', 'is', null)
    .executeTakeFirst()
  return row && { ...toToken(row), lastUseIsOld: row.last_use_is_old }
}

export async function markUsed(db: Db, id: string): Promise<void> {
  await db
    .updateTable('api_tokens')
    .set({ last_used_at: sql`now()` })
    .where('id', '=', id)
    .execute()
}

export async function list(db: Db): Promise<TokenRecord[]> {
  const rows = await tokens(db).orderBy('t.name').execute()
  return rows.map(toToken)
}

export async function find(db: Db, name: string): Promise<TokenRecord | undefined> {
  const row = await tokens(db).where('t.name', '=', name).executeTakeFirst()
  return row && toToken(row)
}

/** Names of the tokens that stand for themselves, revoked ones too: they are actors. */
export async function actorNames(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('api_tokens')
    .select('name')
    .where('person_id', 'is', null)
    .execute()
  return rows.map((row) => row.name)
}

/** True when this call revoked it. */
export async function revoke(db: Db, id: string): Promise<boolean> {
  const row = await db
    .updateTable('api_tokens')
    .set({ revoked_at: sql`now()` })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

function tokens(db: Db) {
  return db
    .selectFrom('api_tokens as t')
    .leftJoin('people', 'people.id', 't.person_id')
    .leftJoin('projects', 'projects.id', 't.project_id')
    .select([
      't.id',
      't.name',
      't.permissions',
      't.person_id',
      'people.name as person',
      'projects.name as project',
      't.environment',
      't.created_by',
      't.created_at',
      't.expires_at',
      't.last_used_at',
      't.revoked_at',
    ])
}

type Row = Awaited<ReturnType<ReturnType<typeof tokens>['executeTakeFirstOrThrow']>>

function toToken(row: Row): TokenRecord {
  return {
    id: row.id,
    name: row.name,
    permissions: Permissions.parse(row.permissions),
    personId: row.person_id ?? undefined,
    person: row.person ?? undefined,
    project: row.project ?? undefined,
    environment: row.environment ?? undefined,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  }
}
