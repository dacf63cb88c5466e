import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  dataDirectoryOf,
  type Machine,
  makeDirectory,
  makeMachine,
  placeOf,
  postmasterPid,
  query,
  startCommand,
  until,
  untilStopped,
} from '../../../test/support/embedded-home.ts'
import { openDb } from '../db/db.ts'
import { type EmbeddedOptions, openEmbedded } from './embedded.ts'

let machine: Machine
let repositories = 0

beforeAll(async () => {
  machine = await makeMachine()
})
afterAll(async () => {
  await machine[Symbol.asyncDispose]()
})

/** Options for a repository that nobody has opened yet. */
async function repository(): Promise<EmbeddedOptions> {
  repositories += 1
  const options = machine.options(`repository-${repositories}`)
  await makeDirectory(options.directory)
  return options
}

async function startedAt(url: string): Promise<string | undefined> {
  const rows = await query<{ at: string }>(url, 'select pg_postmaster_start_time()::text as at')
  return rows[0]?.at
}

describe('commands share one server', () => {
  test('a second command joins the first one, and the last one stops it', async () => {
    const options = await repository()
    const first = await openEmbedded(options)
    const second = await openEmbedded(options)
    expect(await startedAt(second.url)).toBe(await startedAt(first.url))
    const place = await placeOf(options)
    await first.release()
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await second.release()
    await untilStopped(place)
    expect(await postmasterPid(place)).toBeUndefined()
  })

  test('ten commands at once on a fresh directory make one cluster and one server', async () => {
    const options = await repository()
    const commands = Array.from({ length: 10 }, () => startCommand({ options }))
    const said = await Promise.all(commands.map((command) => command.said))
    expect(said.map((each) => each.kind)).toEqual(Array(10).fill('open'))
    const place = await placeOf(options)
    expect((await readdir(place)).filter((name) => /^\d+-/.test(name))).toHaveLength(1)
    await Promise.all(commands.map((command) => command.release()))
    await untilStopped(place)
    expect(await postmasterPid(place)).toBeUndefined()
    const log = await readFile(path.join(place, 'postgres.log'), 'utf8')
    expect(log.match(/database system is ready/g)).toHaveLength(1)
  })

  test('a killed command does not hold the server, and the next one uses and stops it', async () => {
    const options = await repository()
    const killed = startCommand({ options })
    const said = await killed.said
    if (said.kind !== 'open') throw new Error(said.kind)
    const started = await startedAt(said.url)
    killed.child.kill('SIGKILL')
    await until(async () => {
      const held = await query(said.url, "select from pg_locks where locktype = 'advisory'")
      return held.length === 0
    })
    const next = await openEmbedded(options)
    expect(await startedAt(next.url)).toBe(started)
    await next.release()
    await untilStopped(await placeOf(options))
  })

  test('a command that comes while the last one leaves always gets a server that stays', async () => {
    const options = await repository()
    let leaving = await openEmbedded(options)
    for (let round = 0; round < 25; round += 1) {
      const [coming] = await Promise.all([
        openEmbedded(options).then(async (database) => {
          expect(await query(database.url, 'select pg_sleep(0.01)')).toHaveLength(1)
          return database
        }),
        leaving.release(),
      ])
      leaving = coming
    }
    await leaving.release()
    await untilStopped(await placeOf(options))
  })

  test('releasing twice is releasing once', async () => {
    const options = await repository()
    const one = await openEmbedded(options)
    const other = await openEmbedded(options)
    await one.release()
    await one.release()
    expect(await query(other.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await other.release()
  })
})

describe('after a crash', () => {
  test('every row that was acknowledged is there, and the same command goes on', async () => {
    const options = await repository()
    const database = await openEmbedded(options)
    const db = openDb(database.connection)
    await query(database.url, 'create table written (n int)')
    const pid = (await postmasterPid(await placeOf(options))) ?? 0
    const client = new Client({ connectionString: database.url })
    client.on('error', () => undefined)
    await client.connect()
    let acknowledged = 0
    const writing = (async () => {
      while (true) {
        await client.query('insert into written values ($1)', [acknowledged + 1])
        acknowledged += 1
      }
    })()
    await until(() => acknowledged > 200)
    process.kill(pid, 'SIGKILL')
    const failure: unknown = await writing.catch((error: unknown) => error)
    expect(database.explain(failure)).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('was lost'),
    })

    await Promise.all([database.ensure(), database.ensure()])

    const rows = await query<{ n: number }>(database.url, 'select n from written order by n')
    expect(rows.slice(0, acknowledged).map((row) => row.n)).toEqual(
      Array.from({ length: acknowledged }, (_, index) => index + 1),
    )
    expect(await db.selectNoFrom((e) => e.lit(1).as('one')).execute()).toEqual([{ one: 1 }])
    await db.destroy()
    await database.release()
    await untilStopped(await placeOf(options))
  })

  test('two commands that restart the server share it', async () => {
    const options = await repository()
    const [one, other] = [await openEmbedded(options), await openEmbedded(options)]
    process.kill((await postmasterPid(await placeOf(options))) ?? 0, 'SIGKILL')
    await Promise.all([one.ensure(), other.ensure()])
    expect(await startedAt(one.url)).toBe(await startedAt(other.url))
    await one.release()
    expect(await query(other.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await other.release()
    await untilStopped(await placeOf(options))
  })

  test('a command that is killed while it makes the cluster leaves nothing in the way', async () => {
    const options = await repository()
    const killed = startCommand({ options })
    const place = path.join(options.directory, 'postgres')
    const made = async () =>
      (await readdir(place).catch(() => [])).filter((name) => /^\d+-/.test(name))
    await until(async () => (await made()).length > 0)
    killed.child.kill('SIGKILL')
    const [leftover] = await made()
    expect(existsSync(path.join(place, 'current'))).toBe(false)

    const database = await openEmbedded(options)

    expect(await query(database.url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(await made()).toEqual([path.basename(await dataDirectoryOf(options))])
    expect(existsSync(path.join(place, leftover ?? ''))).toBe(false)
    await database.release()
  })
})
