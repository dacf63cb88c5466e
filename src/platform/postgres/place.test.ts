import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  dataDirectoryOf,
  isRoot,
  type Machine,
  makeDirectory,
  makeMachine,
  ORDINARY,
  placeOf,
  postmasterPid,
  query,
  startCommand,
  until,
  untilStopped,
} from '../../../test/support/embedded-home.ts'
import { type EmbeddedDatabase, type EmbeddedOptions, openEmbedded } from './embedded.ts'

// What needs several users can only be tested by root; CI is.
const asRoot = test.skipIf(!isRoot && process.env['CI'] === undefined)

let machine: Machine
let repositories = 0

beforeAll(async () => {
  machine = await makeMachine()
})
afterAll(async () => {
  await machine[Symbol.asyncDispose]()
})

async function repository(name = ''): Promise<EmbeddedOptions> {
  repositories += 1
  const options = machine.options(`place-${repositories}${name}`)
  await makeDirectory(options.directory)
  return options
}

async function works(database: EmbeddedDatabase): Promise<void> {
  expect(await query(database.url, 'select 1 as one')).toEqual([{ one: 1 }])
}

/** Opens and closes, so that there is a stopped cluster. */
async function stoppedCluster(options: EmbeddedOptions): Promise<string> {
  const database = await openEmbedded(options)
  await database.release()
  await untilStopped(await placeOf(options))
  return dataDirectoryOf(options)
}

describe('a postmaster.pid that no postmaster owns', () => {
  const cases = {
    'names a living process of another program': async (file: string, innocent: number) => {
      const directory = path.dirname(file)
      await writeFile(file, `${innocent}\n${directory}\n1\n5432\n/tmp\n\n1 1\nready   \n`)
    },
    'is empty since a power cut': async (file: string) => {
      await writeFile(file, '')
      await utimes(file, new Date(0), new Date(0))
    },
  }
  for (const [what, write] of Object.entries(cases)) {
    test(`is removed when it ${what}`, async () => {
      const options = await repository()
      const directory = await stoppedCluster(options)
      const owner = await stat(directory)
      // The server's own user: for another user's process PostgreSQL sees by itself that it is not one.
      const innocent = spawn('sleep', ['600'], { uid: owner.uid, gid: owner.gid, stdio: 'ignore' })
      const file = path.join(directory, 'postmaster.pid')
      await write(file, innocent.pid ?? 0)
      await chown(file, owner.uid, owner.gid)

      const database = await openEmbedded(options)

      await works(database)
      expect(innocent.exitCode).toBeNull()
      await database.release()
      innocent.kill('SIGKILL')
      await once(innocent, 'exit')
    })
  }
})

describe('paths', () => {
  test('a data directory far longer than a socket may be', async () => {
    const options = await repository(`/${'deep/'.repeat(40)}shop`)
    await using database = await openEmbedded(options)
    await works(database)
  })

  test('a runtime directory that is too long gives way to /tmp', async () => {
    const runtimeDirectory = await makeDirectory(path.join(machine.root, 'r'.repeat(100)))
    const database = await openEmbedded({ ...(await repository()), runtimeDirectory })
    expect(database.connection.host).toMatch(/^\/tmp\/portolan-[0-9a-f]{16}$/)
    await works(database)
    await database.release()
    await rm(String(database.connection.host), { recursive: true })
  })

  test('spaces, quotes and commas in a path', async () => {
    const options = await repository(` it's, "here"`)
    await using database = await openEmbedded(options)
    await works(database)
  })

  test('commands with different runtime directories meet at one server', async () => {
    const options = await repository()
    await using one = await openEmbedded(options)
    await using other = await openEmbedded({ ...options, runtimeDirectory: '/tmp' })
    expect(other.connection.host).toBe(one.connection.host)
  })

  test('a server whose socket was cleaned away is replaced when its users are done', async () => {
    const options = await repository()
    const user = startCommand({ options })
    expect(await user.said).toMatchObject({ kind: 'open' })
    const place = await placeOf(options)
    const [host] = await socketDirectoriesIn(machine.root, await postmasterPid(place))
    await rm(path.join(host ?? '', '.s.PGSQL.5432'))
    const coming = openEmbedded(options)
    await until(async () =>
      (await readFile(path.join(place, 'postgres.log'), 'utf8')).includes('smart'),
    )
    // Its user ends without stopping it.
    user.child.kill('SIGKILL')
    await using database = await coming
    await works(database)
  })
})

/** Where the postmaster with this pid has its socket's lock. */
async function socketDirectoriesIn(root: string, pid: number | undefined): Promise<string[]> {
  const found: string[] = []
  for (const name of await readdir(root)) {
    const lock = path.join(root, name, '.s.PGSQL.5432.lock')
    const owner = await readFile(lock, 'utf8').catch(() => '')
    if (owner.startsWith(`${pid}\n`)) found.push(path.join(root, name))
  }
  return found
}

describe('what is missing is said, not replaced by an empty database', () => {
  test('the link to the data that counts', async () => {
    const options = await repository()
    const directory = await stoppedCluster(options)
    await rm(path.join(await placeOf(options), 'current'))
    await expect(openEmbedded(options)).rejects.toMatchObject({
      message: expect.stringContaining('not the link that says which one counts'),
      next: expect.stringContaining(`ln -s ${path.basename(directory)} `),
    })
  })

  test('the data', async () => {
    const options = await repository()
    await rm(await stoppedCluster(options), { recursive: true })
    await expect(openEmbedded(options)).rejects.toMatchObject({
      message: expect.stringContaining('is gone'),
      next: expect.stringContaining('Restore it from a backup'),
    })
  })

  test('PostgreSQL itself, where Portolan brings none', async () => {
    const options = await repository()
    const sources = { packageDirectory: undefined, systemDirectories: [] }
    await expect(openEmbedded({ ...options, sources })).rejects.toMatchObject({
      message: expect.stringContaining('there is no PostgreSQL for this machine'),
      next: expect.stringMatching(/Install PostgreSQL 15 or later.*DATABASE_URL/),
    })
  })

  test('a server that does not start: the end of its log', async () => {
    const options = await repository()
    const directory = await stoppedCluster(options)
    await rm(path.join(directory, 'global', 'pg_control'))
    await expect(openEmbedded(options)).rejects.toMatchObject({
      message: expect.stringMatching(/PostgreSQL did not start[\s\S]*pg_control/),
      next: expect.stringContaining('postgres.log'),
    })
  })
})

describe('as root', () => {
  asRoot(
    'a directory that nobody cannot reach: the cluster goes elsewhere, and stays there',
    async () => {
      const closed = path.join(machine.root, 'closed')
      await mkdir(closed, { mode: 0o700 })
      const options = { ...machine.options('closed/shop') }
      const first = await openEmbedded(options)
      await query(first.url, 'create table kept ()')
      const place = await placeOf(options)
      expect(place).toContain(path.join(machine.root, 'system', 'clusters', 'shop-'))
      await first.release()
      await untilStopped(place)
      await chmod(closed, 0o755)

      const second = await openEmbedded(options)

      expect(await query(second.url, 'select from kept')).toEqual([])
      await second.release()
      await untilStopped(place)
      await rm(place, { recursive: true })
      await expect(openEmbedded(options)).rejects.toMatchObject({
        message: expect.stringContaining('that directory is gone'),
      })
    },
  )

  asRoot('the server runs as nobody, and no other user gets in, nobody included', async () => {
    const options = await repository()
    const database = await openEmbedded(options)
    const pid = await postmasterPid(await placeOf(options))
    const nobody = (await stat(await dataDirectoryOf(options))).uid
    expect((await stat(`/proc/${pid}`)).uid).toBe(nobody)
    expect(nobody).not.toBe(0)
    const byNobody = await startCommand({ connect: database.url }, nobody).said
    expect(byNobody).toMatchObject({ message: expect.stringContaining('authentication failed') })
    const byOrdinary = await startCommand({ connect: database.url }, ORDINARY).said
    expect(byOrdinary).toMatchObject({ message: expect.stringContaining('EACCES') })
    await database.release()
  })

  asRoot('a directory for the socket that another user took is passed by', async () => {
    const options = await repository()
    const before = await openEmbedded(options)
    const host = String(before.connection.host)
    await before.release()
    await untilStopped(await placeOf(options))
    await rm(host, { recursive: true, force: true })
    await mkdir(host)
    await chown(host, ORDINARY, ORDINARY)

    await using database = await openEmbedded(options)

    expect(database.connection.host).toBe(`${host}-1`)
    await works(database)
  })
})

describe('as an ordinary user', () => {
  asRoot('everything is in the own directory, and root works on the same server', async () => {
    const home = await makeDirectory(path.join(machine.root, 'home'))
    await chown(home, ORDINARY, ORDINARY)
    const options = {
      ...machine.options('home/portolan/shop'),
      runtimeDirectory: '/tmp',
      systemDirectory: '/nonexistent',
    }
    const command = startCommand({ options }, ORDINARY)
    expect(await command.said).toMatchObject({ kind: 'open' })
    expect(await placeOf(options)).toBe(path.join(options.directory, 'postgres'))
    expect(await readdir(path.join(home, 'portolan'))).toEqual(
      expect.arrayContaining(['postgresql', 'shop']),
    )
    const root = await openEmbedded({
      ...options,
      systemDirectory: path.join(machine.root, 'system'),
    })
    await works(root)
    await command.release()
    await works(root)
    await root.release()
    await untilStopped(await placeOf(options))

    // Root starts it, the owner joins, and comes back when root has gone.
    const starter = await openEmbedded({
      ...options,
      systemDirectory: path.join(machine.root, 'system'),
    })
    const owner = startCommand({ options }, ORDINARY)
    expect(await owner.said).toMatchObject({ kind: 'open' })
    await starter.release()
    await owner.release()
    await untilStopped(await placeOf(options))
    const again = startCommand({ options }, ORDINARY)
    expect(await again.said).toMatchObject({ kind: 'open' })
    await again.release()
    await untilStopped(await placeOf(options))
    await rm(String(starter.connection.host), { recursive: true })
  })

  asRoot("root's database is not opened, and the error says whose turn it is", async () => {
    const options = await repository()
    await using _database = await openEmbedded(options)
    const said = await startCommand({ options }, ORDINARY).said
    expect(said).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/may not use|another user|cannot be read/),
      next: expect.stringContaining('as the user who made it'),
    })
  })
})

test('the log and the configuration hold no statement and no value', async () => {
  const options = await repository()
  await using database = await openEmbedded(options)
  await query(database.url, 'create table t (a text unique)')
  await query(database.url, "insert into t values ('hunter2')")
  await expect(query(database.url, "insert into t values ('hunter2')")).rejects.toThrow()
  const log = await readFile(path.join(await placeOf(options), 'postgres.log'), 'utf8')
  expect(log).toContain('duplicate key')
  expect(log).not.toContain('hunter2')
  expect(existsSync(path.join(await placeOf(options), 'postgres.log.1'))).toBe(false)
})
