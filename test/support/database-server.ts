import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import path from 'node:path'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { openDb } from '../../src/platform/db/db.ts'
import { migrate } from '../../src/platform/db/migrate.ts'
import { codeOf } from '../../src/platform/errors.ts'
import { openEmbedded } from '../../src/platform/postgres/embedded.ts'
import { awaitEnd, isRunning, readPidFile } from '../../src/platform/postgres/postmaster.ts'
import { databaseUrl } from './database-url.ts'
import { programDirectory } from './program.ts'

interface Server {
  readonly url: string
  stop(): Promise<void>
}

/** Gives the run one PostgreSQL with a migrated template: `DATABASE_URL`, else an embedded one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['DATABASE_URL']
  const server = given ? { url: given, stop: async () => undefined } : await startServer()
  // Several runs may share the server.
  const template = `portolan_test_${randomBytes(6).toString('hex')}`
  const client = new Client({ connectionString: server.url })
  await client.connect()
  await client.query(`create database ${template}`)
  const db = openDb({ connectionString: databaseUrl(server.url, template) })
  try {
    await migrate(db)
  } finally {
    await db.destroy()
  }
  project.provide('serverUrl', server.url)
  project.provide('templateDatabase', template)
  return async () => {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [template],
    )
    for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`)
    await client.end()
    await server.stop()
    await removeProgram(template)
  }
}

/** What commands were started from; built anew for each run, so that it is never older than the sources. */
async function removeProgram(run: string): Promise<void> {
  const directory = programDirectory(run)
  for (const one of [directory, `${directory}.claims`]) {
    await rm(one, { recursive: true, force: true })
  }
}

async function startServer(): Promise<Server> {
  await removeAbandoned()
  const root = await mkdtemp(`/tmp/portolan-test-${process.pid}-`)
  // When root runs the tests, the server is another user's.
  await chmod(root, 0o755)
  const directory = path.join(root, 'data')
  await mkdir(directory)
  const embedded = await openEmbedded({
    directory,
    runtimeDirectory: root,
    uid: process.getuid?.() ?? 0,
    path: process.env['PATH'] ?? '',
    systemDirectory: path.join(root, 'system'),
  })
  // Nothing here is worth waiting for the disk.
  const client = new Client({ connectionString: embedded.url })
  await client.connect()
  await client.query('alter system set fsync = off')
  await client.query('select pg_reload_conf()')
  await client.end()
  return {
    url: embedded.url,
    stop: async () => {
      await embedded.release()
      while (existsSync(path.join(directory, 'postgres', 'current', 'postmaster.pid'))) {
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** Servers of runs that were killed before their teardown. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir('/tmp')) {
    const run = /^portolan-test-(\d+)-/.exec(name)?.[1]
    if (run === undefined || signal(Number(run), 0)) continue
    const root = path.join('/tmp', name)
    const pidFile = path.join(root, 'data', 'postgres', 'current', 'postmaster.pid')
    const directory = await realpath(path.dirname(pidFile)).catch(() => undefined)
    const postmaster = directory === undefined ? undefined : await readPidFile(directory)
    if (directory !== undefined && postmaster !== undefined) {
      const server = { pid: postmaster.pid, dataDirectory: directory }
      if (await isRunning(server)) signal(server.pid, 'SIGQUIT')
      await awaitEnd(server, 10_000)
    }
    await rm(root, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** False when there is no such process. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}
