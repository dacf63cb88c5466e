import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { test } from '../../../test/support/database.ts'
import { schemaFile, writeSchemaTypes } from '../../../test/support/schema-types.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'

test('the row types are those of the migrated database', async ({ connection }) => {
  if (process.env['PORTOLAN_WRITE_SCHEMA']) await writeSchemaTypes(connection, schemaFile)
  const directory = await mkdtemp(path.join(tmpdir(), 'schema-'))
  try {
    const fresh = path.join(directory, 'schema.gen.ts')
    await writeSchemaTypes(connection, fresh)
    expect(await readFile(schemaFile, 'utf8'), 'stale: npm run db:types').toBe(
      await readFile(fresh, 'utf8'),
    )
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('a database of a newer Portolan is refused and left alone', async ({ db }) => {
  await sql`insert into migrations values ('9999-future', now()::text)`.execute(db)

  await expect(migrate(db)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('9999-future'),
  })
})

test('two commands that start at once migrate one database once', async ({ db }) => {
  await sql`drop schema public cascade`.execute(db)
  await sql`create schema public`.execute(db)

  await Promise.all([migrate(db), migrate(db), migrate(db)])

  const { rows } = await sql<{ count: number }>`select count(*) from migrations`.execute(db)
  expect(rows).toEqual([{ count: Object.keys(migrations).length }])
})
