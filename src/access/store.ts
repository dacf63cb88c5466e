import { sql } from 'kysely'
import type { Db } from '../platform/db/db.ts'
import type { Permission } from './principal.ts'
import { Permissions } from './schema.ts'
import type { TokenRecord } from './token.ts'

export interface TokenRow {
  readonly id: string
  readonly name: string
  readonly hash: Buffer
  readonly permissions: readonly Permission[]
  readonly createdBy: string
  readonly expiresAt: Date | undefined
}

/** Undefined when the name is taken. */
export async function insert(db: Db, token: TokenRow): Promise<TokenRecord | undefined> {
  const row = await db
    .insertInto('api_tokens')
    .values({
      id: token.id,
      name: token.name,
      hash: token.hash,
      permissions: [...token.permissions],
      created_by: token.createdBy,
      expires_at: token.expiresAt ?? null,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning(columns)
    .executeTakeFirst()
  return row && toToken(row)
}

/** The token with this hash that is neither revoked nor expired, by the database's clock. */
export async function findUsable(
  db: Db,
  hash: Buffer,
): Promise<(TokenRecord & { readonly lastUseIsOld: boolean }) | undefined> {
  const row = await db
    .selectFrom('api_tokens')
    .select(columns)
    .select(
      sql<boolean>`last_used_at is null or last_used_at < now() - interval '1 minute'`.as(
        'last_use_is_old',
      ),
    )
    .where('hash', '=', hash)
    .where('revoked_at', 'is', null)
    .where(sql<boolean>`(expires_at is null or expires_at > now())`)
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
  const rows = await db.selectFrom('api_tokens').select(columns).orderBy('name').execute()
  return rows.map(toToken)
}

export async function find(db: Db, name: string): Promise<TokenRecord | undefined> {
  const row = await db
    .selectFrom('api_tokens')
    .select(columns)
    .where('name', '=', name)
    .executeTakeFirst()
  return row && toToken(row)
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

const columns = [
  'id',
  'name',
  'permissions',
  'created_by',
  'created_at',
  'expires_at',
  'last_used_at',
  'revoked_at',
] as const

function toToken(row: {
  readonly id: string
  readonly name: string
  readonly permissions: string[]
  readonly created_by: string
  readonly created_at: Date
  readonly expires_at: Date | null
  readonly last_used_at: Date | null
  readonly revoked_at: Date | null
}): TokenRecord {
  return {
    id: row.id,
    name: row.name,
    permissions: Permissions.parse(row.permissions),
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  }
}
