import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { openDb } from '../../src/platform/db/db.ts'
import { migrate } from '../../src/platform/db/migrate.ts'
import { databaseUrl } from './database-url.ts'

/** Gives the run one PostgreSQL with a migrated template: `DATABASE_URL`, else an embedded one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const serverUrl = process.env['DATABASE_URL'] ?? 'postgresql://portolan@127.0.0.1:55432/postgres'
  // Several runs may share the server.
  const template = `portolan_test_${randomBytes(6).toString('hex')}`
  const client = new Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`create database ${template}`)
  const db = openDb({ connectionString: databaseUrl(serverUrl, template) })
  try {
    await migrate(db)
  } finally {
    await db.destroy()
  }
  project.provide('serverUrl', serverUrl)
  project.provide('templateDatabase', template)
  return async () => {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [template],
    )
    for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`)
    await client.end()
  }
}
