import { execFileSync } from 'node:child_process'
import { rm, statfs, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Client } from 'pg'
import { test as base, expect } from 'vitest'
import {
  isRoot,
  makeDirectory,
  makeMachine,
  placeOf,
  query,
  untilStopped,
} from '../../../test/support/embedded-home.ts'
import { type EmbeddedDatabase, openEmbedded } from './embedded.ts'

// Only root may mount a small disk; CI is root.
const test = base.skipIf(!isRoot && process.env['CI'] === undefined)

async function withDisk(megabytes: number, work: (disk: string, root: string) => Promise<void>) {
  await using machine = await makeMachine()
  const disk = await makeDirectory(path.join(machine.root, 'disk'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', disk])
  try {
    await work(disk, machine.root)
  } finally {
    execFileSync('umount', ['-l', disk])
  }
}

function optionsFor(disk: string, root: string) {
  return {
    directory: path.join(disk, 'shop'),
    runtimeDirectory: root,
    uid: 0,
    systemDirectory: path.join(root, 'system'),
  }
}

/** Leaves this much space. */
async function fill(disk: string, megabytes: number): Promise<string> {
  const ballast = path.join(disk, 'ballast')
  const { bavail, bsize } = await statfs(disk)
  await writeFile(ballast, Buffer.alloc(bavail * bsize - megabytes * 1024 * 1024))
  return ballast
}

/** Writes rows until the disk refuses; returns how many were acknowledged and how it ended. */
async function writeUntilFull(database: EmbeddedDatabase) {
  const client = new Client({ connectionString: database.url })
  client.on('error', () => undefined)
  await client.connect()
  let acknowledged = 0
  try {
    for (; acknowledged < 2_000; acknowledged += 1) {
      await client.query("insert into written values ($1, repeat('x', 100000))", [acknowledged])
    }
    return { acknowledged, failure: undefined }
  } catch (failure) {
    return { acknowledged, failure }
  } finally {
    await client.end().catch(() => undefined)
  }
}

// With little space a table cannot grow; with more, the next file of the write-ahead log cannot.
for (const space of [4, 30]) {
  test(`a disk with ${space} MB left fills up: nothing is lost, and with space all is well`, async () => {
    await withDisk(120, async (disk, root) => {
      const options = optionsFor(disk, root)
      await makeDirectory(options.directory)
      const database = await openEmbedded(options)
      await query(database.url, 'create table written (n int, filling text)')
      await query(database.url, 'alter table written alter filling set storage external')
      const ballast = await fill(disk, space)

      const { acknowledged, failure } = await writeUntilFull(database)

      expect(failure).toBeDefined()
      expect(acknowledged).toBeGreaterThan(0)
      const place = await placeOf(options)
      await database.ensure().catch((error: unknown) => expectFull(error, place))
      await database.release()
      await untilStopped(place)
      // It may start, or refuse to; silence and other errors are wrong.
      const whileFull = await openEmbedded(options).catch((error: unknown) =>
        expectFull(error, place),
      )
      await whileFull?.release()
      await untilStopped(place)
      await rm(ballast)

      const after = await openEmbedded(options)

      const rows = await query<{ n: number }>(after.url, 'select n from written order by n')
      expect(rows.slice(0, acknowledged).map((row) => row.n)).toEqual([
        ...Array(acknowledged).keys(),
      ])
      await query(after.url, "insert into written values (-1, repeat('x', 1000000))")
      await after.release()
      await untilStopped(place)
    })
  })
}

function expectFull(error: unknown, place: string): undefined {
  expect(error).toMatchObject({
    message: `the disk that holds Portolan's database is full (${place})`,
    next: expect.stringContaining('Free some space'),
  })
}

test("PostgreSQL's own words for a full disk become ours", async () => {
  await withDisk(100, async (disk, root) => {
    const options = optionsFor(disk, root)
    await makeDirectory(options.directory)
    await using database = await openEmbedded(options)
    const failure = Object.assign(new Error('could not extend file'), { code: '53100' })
    expect(database.explain(failure)).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(disk),
      next: expect.stringContaining('Free some space'),
    })
  })
})

test('a disk that is too small for the first start: said, and nothing in the way of the next', async () => {
  await withDisk(30, async (disk, root) => {
    const options = optionsFor(disk, root)
    await makeDirectory(options.directory)
    await expect(openEmbedded(options)).rejects.toMatchObject({
      message: expect.stringContaining(`is full (${disk}`),
    })
    execFileSync('mount', ['-o', 'remount,size=100m', disk])
    const database = await openEmbedded(options)
    expect(await query(database.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await database.release()
    await untilStopped(await placeOf(options))
  })
})
