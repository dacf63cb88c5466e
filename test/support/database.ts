import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { Client } from 'pg'
import { test as base, inject } from 'vitest'
import { openDb } from '../../src/platform/db/db.ts'
import type { DB } from '../../src/platform/db/schema.gen.ts'
import { databaseUrl } from './database-url.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the run's PostgreSQL, of its maintenance database, as a `DATABASE_URL`. */
    readonly serverUrl: string
    /** The migrated database that every test's own database is a copy of. */
    readonly templateDatabase: string
  }
}

interface DatabaseFixtures {
  /** Address of this test's database, as a `DATABASE_URL` for a command that the test starts. */
  readonly connection: string
  /** A fresh migrated database that only this test has. */
  readonly db: Kysely<DB>
}

/** vitest's `test` with a database for each test that asks for one. */
export const test = base.extend<DatabaseFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern.
  connection: async ({}, use) => {
    const name = `${inject('templateDatabase')}_${randomBytes(6).toString('hex')}`
    await onServer(`create database ${name} template ${inject('templateDatabase')}`)
    await use(databaseUrl(inject('serverUrl'), name))
    await onServer(`drop database if exists ${name} with (force)`)
  },
  db: async ({ connection }, use) => {
    const db = openDb({ connectionString: connection })
    await use(db)
    await db.destroy()
  },
})

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: inject('serverUrl') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
