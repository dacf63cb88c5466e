import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { inject } from 'vitest'
import { compileCache } from '../support/compile-cache.ts'
import { databaseUrl } from '../support/database-url.ts'
import { builtProgram } from '../support/program.ts'
import { type Ended, type Running, startRunning } from '../support/running.ts'

const portolan = await builtProgram()

export type Said = Ended
export type Started = Running

/** A person's repository and the command line in it, with or without a server behind it. */
export interface Side {
  readonly directory: string
  /** Where a job's marks are that both sides can see: no commit has it. */
  readonly outside: string
  readonly url: string | undefined
  readonly token: string | undefined
  run(...args: readonly string[]): Promise<Said>
  start(...args: readonly string[]): Started
  /** With another environment, and a text on standard input. */
  runWith(
    other: { readonly env?: Readonly<Record<string, string | undefined>>; readonly input?: string },
    ...args: readonly string[]
  ): Promise<Said>
  write(name: string, content: string): Promise<void>
  git(...args: readonly string[]): Promise<Said>
  /** Makes the repository known to the server, as a project; nothing without one. */
  add(): Promise<void>
  restart(): Promise<void>
  close(): Promise<void>
}

export async function openSide(kind: 'local' | 'server'): Promise<Side> {
  const root = await mkdtemp(path.join(tmpdir(), `portolan-side-${kind}-`))
  const directory = path.join(root, 'shop')
  const outside = path.join(root, 'outside')
  await mkdir(directory)
  await mkdir(outside)
  const database = await createDatabase()
  const basic = {
    PATH: process.env['PATH'] ?? '',
    HOME: root,
    ...compileCache,
    TF_CLI_CONFIG_FILE: '/dev/null',
    CHECKPOINT_DISABLE: '1',
    GIT_CONFIG_NOSYSTEM: '1',
  }
  const withDatabase = { ...basic, DATABASE_URL: database.url }
  const server =
    kind === 'server'
      ? await startServer({ ...withDatabase, PORTOLAN_DATA_DIR: path.join(root, 'server') }, root)
      : undefined
  const data = path.join(root, 'data')
  const environment =
    server === undefined
      ? { ...withDatabase, PORTOLAN_DATA_DIR: data }
      : {
          ...basic,
          PORTOLAN_DATA_DIR: data,
          PORTOLAN_URL: server.url,
          PORTOLAN_TOKEN: server.token,
        }
  const start = (command: string, args: readonly string[]) =>
    startRunning(command, args, { cwd: directory, env: environment })
  const side: Side = {
    directory,
    outside,
    url: server?.url,
    token: server?.token,
    runWith: ({ env = {}, input }, ...args) => {
      const both = Object.entries({ ...environment, ...env })
      const kept = both.filter((entry): entry is [string, string] => entry[1] !== undefined)
      const options = {
        cwd: directory,
        env: Object.fromEntries(kept),
        ...(input === undefined ? {} : { input }),
      }
      return startRunning(process.execPath, [portolan, ...args], options).ended
    },
    run: (...args) => start(process.execPath, [portolan, ...args]).ended,
    start: (...args) => start(process.execPath, [portolan, ...args]),
    git: (...args) => start('git', args).ended,
    write: async (name, content) => {
      const file = path.join(directory, name)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, content.replaceAll('$OUTSIDE', outside))
    },
    add: async () => {
      if (server === undefined) return
      const response = await fetch(`${server.url}/api/v1/projects`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${server.token}`,
          'Content-Type': 'application/json',
        },
        body: JSON.stringify({ source: directory, name: 'shop' }),
      })
      if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`)
    },
    restart: async () => server?.restart(),
    close: async () => {
      await server?.stop()
      await database.drop()
      await rm(root, { recursive: true, force: true, maxRetries: 5 })
    },
  }
  await side.git('init', '-q', '--initial-branch=main')
  await side.git('config', 'user.name', 'Ada')
  await side.git('config', 'user.email', 'ada@example.org')
  return side
}

type Environment = Readonly<Record<string, string>>

async function startServer(env: Environment, root: string) {
  const cwd = root
  const launch = async (port: string) => {
    const running = startRunning(process.execPath, [portolan, 'server', '--port', port, '--json'], {
      cwd,
      env,
    })
    await running.said(/"listening"/)
    return running
  }
  const created = await startRunning(
    process.execPath,
    [portolan, 'token', 'create', 'ada', '--permission', 'admin'],
    { cwd, env },
  ).ended
  const token = created.stdout.trim()
  if (!token.startsWith('ptl_')) throw new Error(created.stderr)
  let running = await launch('0')
  const said = JSON.parse(running.output().split('\n')[0] ?? '{}')
  const url = String(said.url)
  const stop = async () => {
    running.kill('SIGTERM')
    await running.ended
  }
  return {
    url,
    token,
    stop,
    restart: async () => {
      await stop()
      running = await launch(new URL(url).port)
    },
  }
}

async function createDatabase() {
  const name = `${inject('templateDatabase')}_${randomBytes(6).toString('hex')}`
  await onServer(`create database ${name} template ${inject('templateDatabase')}`)
  return {
    url: databaseUrl(inject('serverUrl'), name),
    drop: () => onServer(`drop database if exists ${name} with (force)`),
  }
}

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: inject('serverUrl') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Output without what differs from run to run, and from side to side by its nature. */
export function normal(text: string, side: Side): string {
  return (
    text
      .replaceAll(side.outside, '$OUTSIDE')
      .replaceAll(side.directory, '$DIRECTORY')
      // Where a server has the files of a commit.
      .replace(/[^"\s]*\/commits\/[0-9a-f-]{36}\/[0-9a-f]{40}/g, '$DIRECTORY')
      .replace(/Ada <ada@example\.org>|\bada\b/g, 'Ada')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID')
      .replace(/\b[0-9a-f]{64}\b/g, 'SHA256')
      .replace(/\b[0-9a-f]{40}\b/g, 'COMMIT')
      .replace(/\b[0-9a-f]{12}\b/g, 'DIGEST')
      .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{10}\b/g, 'COMMIT')
      .replace(/lock-(UUID|[0-9a-f]+)/g, 'LOCK')
      .replace(/ptl_[\w-]+/g, 'TOKEN')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'MOMENT')
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?( UTC)?/g, 'MOMENT')
      .replace(/\b(just now|\d+ (s|min|h) ago)\b/g, 'AGO')
      .replace(/\b\d+(\.\d+)? ?s\b/g, 'SECONDS')
      .replace(/under a second/g, 'SECONDS')
  )
}
