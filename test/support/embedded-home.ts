import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import type { EmbeddedOptions } from '../../src/platform/postgres/embedded.ts'

/** An ordinary user of every Unix, for tests that root runs. */
export const ORDINARY = 1
export const isRoot = process.getuid?.() === 0

/** A machine's directories for embedded databases; all of its repositories share the programs. */
export interface Machine extends AsyncDisposable {
  readonly root: string
  /** Options for the repository of this name. */
  options(name: string): EmbeddedOptions
}

export async function makeMachine(): Promise<Machine> {
  const root = await mkdtemp('/tmp/portolan-pg-')
  await chmod(root, 0o755)
  return {
    root,
    options: (name) => ({
      directory: path.join(root, name),
      runtimeDirectory: root,
      uid: process.getuid?.() ?? 0,
      path: process.env['PATH'] ?? '',
      systemDirectory: path.join(root, 'system'),
    }),
    [Symbol.asyncDispose]: async () => {
      for (const place of await places(root)) await killServer(place)
      await rm(root, { recursive: true, force: true })
    },
  }
}

async function places(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true })
  return entries
    .filter((entry) => path.basename(entry) === 'current')
    .map((entry) => path.join(root, path.dirname(entry)))
}

async function killServer(place: string): Promise<void> {
  const pid = await postmasterPid(place)
  if (pid === undefined) return
  try {
    process.kill(pid, 'SIGQUIT')
  } catch {
    return
  }
  await untilStopped(place)
}

/** A directory that anybody may pass through. */
export async function makeDirectory(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true })
  await chmod(directory, 0o755)
  return directory
}

/** Where the cluster of a repository is. */
export async function placeOf(options: EmbeddedOptions): Promise<string> {
  const inside = path.join(options.directory, 'postgres')
  if (existsSync(inside)) return inside
  return (await readFile(path.join(options.directory, 'postgres-place'), 'utf8')).trim()
}

export async function dataDirectoryOf(options: EmbeddedOptions): Promise<string> {
  return realpath(path.join(await placeOf(options), 'current'))
}

export async function postmasterPid(place: string): Promise<number | undefined> {
  const text = await readFile(path.join(place, 'current', 'postmaster.pid'), 'utf8').catch(() => '')
  return text === '' ? undefined : Number(text.split('\n')[0])
}

export async function untilStopped(place: string): Promise<void> {
  await until(async () => {
    const pid = await postmasterPid(place)
    return pid === undefined || !existsSync(`/proc/${pid}`)
  })
}

export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the condition did not come true within 20 s')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** One statement on a connection of its own. */
export async function query<Row extends object>(url: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(statement)).rows
  } finally {
    await client.end()
  }
}

export type Said =
  | { readonly kind: 'open'; readonly url: string }
  | { readonly kind: 'released' }
  | { readonly kind: 'failed'; readonly message: string; readonly next?: string }

/** A command in a process of its own. */
export interface Command {
  readonly child: ChildProcess
  readonly said: Promise<Said>
  release(): Promise<Said>
}

export function startCommand(
  request: { readonly options: EmbeddedOptions } | { readonly connect: string },
  user: number | undefined = undefined,
): Command {
  const child = fork(
    fileURLToPath(new URL('./embedded-command.ts', import.meta.url)),
    [JSON.stringify(request)],
    { stdio: 'inherit', execArgv: [], ...(user === undefined ? {} : { uid: user, gid: user }) },
  )
  const next = async (): Promise<Said> => {
    const [message] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => [{ kind: 'failed', message: 'it ended without a word' }]),
    ])
    return message
  }
  return {
    child,
    said: next(),
    release: () => {
      const answer = next()
      child.send('release')
      return answer
    },
  }
}
