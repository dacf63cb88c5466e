import { sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { AppError, codeOf, unavailable } from '../errors.ts'
import type { Db } from './db.ts'
import { migrations } from './migrations/index.ts'

const UNDEFINED_TABLE = '42P01'

/** Brings the database to this version's schema, under a lock; a current one costs one query. */
export async function migrate(db: Db): Promise<void> {
  const applied = await appliedMigrations(db)
  const known = Object.keys(migrations)
  const unknown = applied.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw unavailable(
      `the database was made by a newer Portolan (it has the migration ${unknown[0]}, which this version does not know)`,
      { next: 'Upgrade this Portolan; nothing was changed.' },
    )
  }
  if (applied.length === known.length) return
  const { error, results } = await new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableName: 'migrations',
    migrationLockTableName: 'migrations_lock',
  }).migrateToLatest()
  if (error) {
    const failed = results?.find((result) => result.status === 'Error')?.migrationName
    throw new AppError(
      'unavailable',
      `the database could not be brought to this version's schema${failed ? ` (migration ${failed})` : ''}: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
        next: 'The migration was rolled back whole. Mend the cause and start again.',
      },
    )
  }
}

/** Whether the database has every migration of this version; throws when it cannot be reached. */
export async function isMigrated(db: Db): Promise<boolean> {
  const applied = await appliedMigrations(db)
  return Object.keys(migrations).every((name) => applied.includes(name))
}

async function appliedMigrations(db: Db): Promise<string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from migrations`.execute(db)
    return rows.map((row) => row.name)
  } catch (error) {
    if (codeOf(error) === UNDEFINED_TABLE) return []
    throw error
  }
}
