import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import { compileCache } from '../support/compile-cache.ts'
import { postmasterPid, query, untilStopped } from '../support/embedded-home.ts'
import { builtProgram } from '../support/program.ts'
import { type Running as Command, type Ended, startRunning } from '../support/running.ts'

const program = await builtProgram()

export type { Ended }

export interface Running extends Pick<Command, 'kill' | 'ended'> {
  /** Resolves when standard error has this text. */
  complained(text: string): Promise<void>
  said(text: string): Promise<void>
}

export interface LaptopOptions {
  /** A database's address; without one the laptop has the embedded PostgreSQL. */
  readonly connection?: string
  /** Where everything lies instead of a new directory. */
  readonly root?: string
}

/** Somebody's machine: a repository, a data directory, the real command line. */
export interface Laptop extends AsyncDisposable {
  readonly root: string
  readonly directory: string
  readonly dataHome: string
  /** What every command and all of its children get; may be changed between commands. */
  readonly environment: Record<string, string>
  write(name: string, content: string): Promise<void>
  run(...args: string[]): Promise<Ended>
  start(...args: string[]): Running
  /** Runs a command as it stands in a message, by the shell. */
  shell(command: string): Promise<Ended>
  /** One statement in the database of the repository. */
  sql<Row extends object>(statement: string): Promise<Row[]>
  /** The address of the repository's database, while a server is there. */
  address(): Promise<string>
  /** Of the embedded server. */
  postmaster(): Promise<number>
  /** The process that Portolan wrote down as its Terraform. */
  terraform(): Promise<number>
  terraformNow(): Promise<number | undefined>
  /** Every process that a command of this laptop left. */
  processes(): Promise<string[]>
}

export async function openLaptop(options: LaptopOptions = {}): Promise<Laptop> {
  const root = options.root ?? (await mkdtemp('/tmp/portolan-laptop-'))
  await chmod(root, 0o755)
  const directory = path.join(root, 'shop')
  const dataHome = path.join(root, 'data')
  const programs = path.join(root, 'bin')
  await Promise.all([directory, dataHome, programs].map((one) => mkdir(one, { recursive: true })))
  const shim = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`
  await writeFile(path.join(programs, 'portolan'), shim, { mode: 0o755 })
  const mark = `PORTOLAN_TEST_LAPTOP=${randomUUID()}`
  const environment: Record<string, string> = {
    PATH: `${programs}:${process.env['PATH'] ?? ''}`,
    HOME: root,
    ...compileCache,
    XDG_RUNTIME_DIR: root,
    PORTOLAN_DATA_DIR: dataHome,
    TF_CLI_CONFIG_FILE: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    PORTOLAN_TEST_LAPTOP: mark.slice(mark.indexOf('=') + 1),
    ...(options.connection === undefined ? {} : { DATABASE_URL: options.connection }),
  }
  const start = (command: string, args: readonly string[]) =>
    follow(startRunning(command, args, { cwd: directory, env: environment }))
  const place = async () => {
    const [repository = ''] = await repositories(dataHome)
    const inside = path.join(dataHome, repository)
    const elsewhere = await readFile(path.join(inside, 'postgres-place'), 'utf8').catch(() => '')
    return elsewhere.trim() || path.join(inside, 'postgres')
  }
  const address = async () => {
    if (options.connection !== undefined) return options.connection
    const file = await readFile(path.join(await place(), 'current', 'postmaster.pid'), 'utf8')
    const lines = file.split('\n')
    return `postgresql://portolan@/postgres?host=${encodeURIComponent(lines[4] ?? '')}`
  }
  await start('git', ['init', '-q']).ended
  await start('git', ['config', 'user.email', 'ada@example.org']).ended
  return {
    root,
    directory,
    dataHome,
    environment,
    write: async (name, content) => {
      const file = path.join(directory, name)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, content)
    },
    run: (...args) => start(process.execPath, [program, ...args]).ended,
    start: (...args) => start(process.execPath, [program, ...args]),
    shell: (command) => start('/bin/sh', ['-c', command]).ended,
    address,
    sql: async (statement) => query(await address(), statement),
    postmaster: async () => {
      const pid = await postmasterPid(await place())
      if (pid === undefined) throw new Error('no server is running')
      return pid
    },
    terraform: () => eventually('a Terraform at work', () => terraformOf(dataHome)),
    terraformNow: () => terraformOf(dataHome),
    processes: () => processesWith(mark),
    [Symbol.asyncDispose]: async () => {
      for (const line of await processesWith(mark)) kill(Number(line.split(' ')[0]))
      if (options.connection === undefined && (await repositories(dataHome)).length > 0) {
        const cluster = await place()
        const pid = await postmasterPid(cluster)
        if (pid !== undefined) kill(pid, 'SIGQUIT')
        await untilStopped(cluster)
        await rm(cluster, { recursive: true, force: true })
      }
      if (options.root === undefined) await rm(root, { recursive: true, force: true })
    },
  }
}

/** Asks again and again until there is an answer. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const until = Date.now() + 30_000
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > until) throw new Error(`${what}: not within 30 s`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended by itself before.
  }
}

/** Succeeded, with what it said if it did not. */
export function expectDone(ended: Ended): Ended {
  expect(ended.exitCode, `${ended.stdout}\n${ended.stderr}`).toBe(0)
  return ended
}

async function repositories(dataHome: string): Promise<string[]> {
  const names = await readdir(dataHome, { withFileTypes: true })
  return names
    .filter((one) => one.isDirectory() && !['providers', 'postgresql'].includes(one.name))
    .map((one) => one.name)
}

async function terraformOf(dataHome: string): Promise<number | undefined> {
  // Directories come and go while a command is at work: then it is not there yet.
  const names = await readdir(dataHome, { recursive: true }).catch(() => [])
  for (const name of names.filter((one) => one.endsWith('/process.json'))) {
    const text = await readFile(path.join(dataHome, name), 'utf8').catch(() => '')
    const pid = /"pid":(\d+)/.exec(text)?.[1]
    const command = /"command":"(plan|apply)"/.test(text)
    if (pid !== undefined && command) return Number(pid)
  }
  return undefined
}

async function processesWith(mark: string): Promise<string[]> {
  const found: string[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '')
    if (!environment.split('\0').includes(mark)) continue
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    if (line !== '' && !/postgres/.test(line)) found.push(`${name} ${line.replaceAll('\0', ' ')}`)
  }
  return found
}

function follow(command: Command): Running {
  const saw = async (stream: 'stdout' | 'stderr', text: string) => {
    await eventually(JSON.stringify(text), () => command.output(stream).includes(text))
  }
  return {
    kill: command.kill,
    ended: command.ended,
    complained: (text) => saw('stderr', text),
    said: (text) => saw('stdout', text),
  }
}
