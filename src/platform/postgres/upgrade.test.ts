import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, test as base, beforeAll, expect } from 'vitest'
import {
  dataDirectoryOf,
  type Machine,
  makeDirectory,
  makeMachine,
  placeOf,
  query,
  startCommand,
  until,
  untilStopped,
} from '../../../test/support/embedded-home.ts'
import { openDb } from '../db/db.ts'
import { migrate } from '../db/migrate.ts'
import { type EmbeddedDatabase, type EmbeddedOptions, openEmbedded } from './embedded.ts'
import type { ProgramSources } from './programs.ts'

const OLD = '/usr/lib/postgresql/15/bin'
/** A Portolan of long ago, which ran on 15. */
const oldSources: ProgramSources = { packageDirectory: undefined, systemDirectories: [OLD] }

const test = base.skipIf(!existsSync(OLD) && process.env['CI'] === undefined)

let machine: Machine
let repositories = 0

beforeAll(async () => {
  machine = await makeMachine()
})
afterAll(async () => {
  await machine[Symbol.asyncDispose]()
})

async function repository(): Promise<EmbeddedOptions> {
  repositories += 1
  const options = machine.options(`upgrade-${repositories}`)
  await makeDirectory(options.directory)
  return options
}

/** A cluster of 15 at this version's schema, with rows of every awkward kind. */
async function openOld(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const database = await openEmbedded({ ...options, sources: oldSources })
  const db = openDb(database.connection)
  await migrate(db)
  await sql`
    insert into projects (id, name, repository) values (gen_random_uuid(), 'tab\tand "quote"', 'r');
    insert into workspaces (id, project_id, component, environment, fence)
      select gen_random_uuid(), id, 'network', 'prod', 9007199254740991 from projects;
    insert into state_versions (id, workspace_id, number, lineage, serial, sha256, size, content, cause, actor)
      select gen_random_uuid(), id, 1, 'l', 1, '\\x00ff', 3, decode(repeat('00ff5c0a', 100000), 'hex'), 'push', 'ann'
      from workspaces;
    insert into audit_log (actor, action, subject, details)
      select 'ann', 'a', 's', jsonb_build_object('n', n) from generate_series(1, 1000) n;
    delete from audit_log where id > 990;
  `.execute(db)
  await db.destroy()
  return database
}

async function close(database: EmbeddedDatabase, options: EmbeddedOptions): Promise<void> {
  await database.release()
  await untilStopped(await placeOf(options))
}

async function version(database: EmbeddedDatabase): Promise<string | undefined> {
  const rows = await query<{ version: string }>(
    database.url,
    "select current_setting('server_version') as version",
  )
  return rows[0]?.version
}

/** Everything that the tables hold, as one text for each table. */
async function contents(database: EmbeddedDatabase): Promise<unknown> {
  return query(
    database.url,
    `select (select string_agg(p::text, ';') from projects p) as projects,
            (select string_agg(w::text, ';') from workspaces w) as workspaces,
            (select string_agg(md5(v::text), ';') from state_versions v) as versions,
            (select md5(string_agg(a::text, ';' order by id)) from audit_log a) as audit`,
  )
}

test('a cluster of 15 is moved to 18 with all its data, and kept until the next start', async () => {
  const options = await repository()
  const old = await openOld(options)
  expect(await version(old)).toMatch(/^15\./)
  const before = await contents(old)
  await close(old, options)

  const moved = await openEmbedded(options)

  expect(await version(moved)).toMatch(/^18\./)
  expect(await contents(moved)).toEqual(before)
  const next = await query<{ id: number }>(
    moved.url,
    "insert into audit_log (actor, action, subject) values ('ann', 'b', 's') returning id",
  )
  expect(next[0]?.id).toBe(1001)
  const kept = async () =>
    (await readdir(await placeOf(options))).filter((name) => name.endsWith('-before-upgrade'))
  expect(await kept()).toHaveLength(1)
  await close(moved, options)
  await close(await openEmbedded(options), options)
  expect(await kept()).toEqual([])
})

test('commands that come while one moves it wait, and see the data on 18', async () => {
  const options = await repository()
  await close(await openOld(options), options)
  const first = startCommand({ options })
  const place = await placeOf(options)
  await until(async () => (await readdir(place)).some((name) => name.startsWith('18-')))
  const commands = [first, ...Array.from({ length: 3 }, () => startCommand({ options }))]
  for (const command of commands) {
    const said = await command.said
    if (said.kind !== 'open') throw new Error(JSON.stringify(said))
    expect(await query(said.url, 'select count(*)::int as n from audit_log')).toEqual([{ n: 990 }])
  }
  expect(path.basename(await dataDirectoryOf(options))).toMatch(/^18-/)
  await Promise.all(commands.map((command) => command.release()))
  await untilStopped(place)
})

test('while a command uses the old server, new ones join it and nothing is moved', async () => {
  const options = await repository()
  const old = await openOld(options)
  const joined = await openEmbedded(options)
  expect(await version(joined)).toMatch(/^15\./)
  await old.release()
  await close(joined, options)
  expect(path.basename(await dataDirectoryOf(options))).toMatch(/^15-/)
})

test('an older Portolan runs a moved cluster on the newer programs that are still there', async () => {
  const options = await repository()
  await close(await openEmbedded(options), options)
  const database = await openEmbedded({ ...options, sources: oldSources })
  expect(await version(database)).toMatch(/^18\./)
  await close(database, options)
})

test('without the old programs nothing is touched, and the error says what to install', async () => {
  const options = await repository()
  await close(await openOld(options), options)
  const sources = { packageDirectory: undefined, systemDirectories: [] }
  await expect(openEmbedded({ ...options, sources })).rejects.toMatchObject({
    message: expect.stringContaining('was written by PostgreSQL 15'),
    next: expect.stringContaining('apt install postgresql-15'),
  })
  expect(path.basename(await dataDirectoryOf(options))).toMatch(/^15-/)
})

test('a table that Portolan does not know stops the move; the old data is as it was', async () => {
  const options = await repository()
  const old = await openOld(options)
  await query(old.url, 'create table mine as select 42 as answer')
  const before = await contents(old)
  await close(old, options)

  await expect(openEmbedded(options)).rejects.toMatchObject({
    message: expect.stringMatching(/from PostgreSQL 15 to 18.*public\.mine/),
    next: expect.stringContaining('The old database is as it was'),
  })

  await untilStopped(await placeOf(options))
  const still = await openEmbedded({ ...options, sources: oldSources })
  expect(await contents(still)).toEqual(before)
  expect(await query(still.url, 'select * from mine')).toEqual([{ answer: 42 }])
  await close(still, options)
  expect((await readdir(await placeOf(options))).filter((name) => name.startsWith('18-'))).toEqual(
    [],
  )
})

test('a command that is killed in the middle of the move leaves the old data to the next one', async () => {
  const options = await repository()
  const old = await openOld(options)
  const before = await contents(old)
  await close(old, options)
  const place = await placeOf(options)
  const killed = startCommand({ options })
  await until(async () => {
    const fresh = (await readdir(place)).find((name) => name.startsWith('18-'))
    return fresh !== undefined && existsSync(path.join(place, fresh, 'postmaster.pid'))
  })
  killed.child.kill('SIGKILL')

  const database = await openEmbedded(options)
  expect(await contents(database)).toEqual(before)
  await close(database, options)
  const later = await openEmbedded(options)
  expect(await version(later)).toMatch(/^18\./)
  expect(await contents(later)).toEqual(before)
  await close(later, options)
  // Nothing of the broken attempt stays after the next start.
  await close(await openEmbedded(options), options)
  expect((await readdir(place)).filter((name) => /^\d+-/.test(name))).toHaveLength(1)
  await rm(place, { recursive: true })
})
