import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, truncate } from 'node:fs/promises'
import path from 'node:path'
import { unavailable } from '../errors.ts'
import { startDaemon } from '../process/daemon.ts'
import { runCommand } from '../process/process.ts'
import { diskFullError, lastLines, startFailure } from './failures.ts'
import { isPostmasterOf, type PidFile, parsePidFile } from './pid-file.ts'
import {
  giveToOwner,
  makeSocketDirectory,
  type Place,
  type PlaceOptions,
  type ServerUser,
  serverUser,
} from './place.ts'
import { accessRules, serverSettings, userMap } from './settings.ts'
import { isAlive, sleep } from './turn.ts'
import type { Programs } from './versions.ts'

const LARGEST_LOG = 4 * 1024 * 1024
/** A postmaster writes its pid right after it has made the file. */
const TORN_PID_FILE_AGE = 5_000

export type ServerState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'running'; readonly pidFile: PidFile | undefined }
  | { readonly kind: 'stale'; readonly text: string }

/** What `postmaster.pid` says, undefined without a readable one. */
export async function readPidFile(dataDirectory: string): Promise<PidFile | undefined> {
  return parsePidFile(await readText(pidFileIn(dataDirectory)).catch(() => ''))
}

/** Whether a postmaster has this data directory, told apart from another process with its old number. */
export async function serverState(dataDirectory: string): Promise<ServerState> {
  const file = pidFileIn(dataDirectory)
  const text = await readText(file).catch(() => undefined)
  if (text === undefined) return { kind: 'stopped' }
  const pidFile = parsePidFile(text)
  if (pidFile === undefined) {
    const age = Date.now() - (await stat(file).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs
    return age < TORN_PID_FILE_AGE ? { kind: 'running', pidFile } : { kind: 'stale', text }
  }
  // PostgreSQL itself takes over a dead one's file, and then looks for the dead one's children.
  if (!isAlive(pidFile.pid)) return { kind: 'stopped' }
  const runs = await isRunning({ pid: pidFile.pid, dataDirectory })
  return runs ? { kind: 'running', pidFile } : { kind: 'stale', text }
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8')
}

function pidFileIn(dataDirectory: string): string {
  return path.join(dataDirectory, 'postmaster.pid')
}

/** False only when it is certain: the process is another program's, or a zombie. */
async function mayBePostmaster(pid: number, dataDirectory: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const argv = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
    return argv === undefined ? isAlive(pid) : isPostmasterOf(dataDirectory, argv.split('\0'))
  }
  const result = await runCommand('ps', ['-ww', '-o', 'stat=,command=', '-p', String(pid)], {
    env: { PATH: '/usr/bin:/bin' },
  })
  const [, status, command] = /^(\S+)\s+(.*)$/s.exec(result.stdout.toString('utf8').trim()) ?? []
  if (command === undefined || status === undefined || status.startsWith('Z')) return false
  return /^\S*\/(postgres|postmaster) /.test(command) && command.includes(`-D ${dataDirectory}`)
}

/**
 * Removes a `postmaster.pid` that belongs to no postmaster. Another command may do the same and
 * already have started a new one, so the file is taken aside first and put back if it is another.
 */
export async function discardPidFile(dataDirectory: string, text: string): Promise<void> {
  const file = pidFileIn(dataDirectory)
  const aside = `${file}.${randomBytes(4).toString('hex')}`
  await rename(file, aside).catch(() => undefined)
  const taken = await readText(aside).catch(() => undefined)
  if (taken !== undefined && taken !== text) await rename(aside, file)
  else await rm(aside, { force: true })
}

export interface StartOptions {
  readonly place: Place
  readonly options: PlaceOptions
  readonly dataDirectory: string
  readonly programs: Programs
  /** Told apart in the socket's directory: the servers of an upgrade. */
  readonly purpose: '' | '-old' | '-new'
  /** When to stop waiting, milliseconds since the epoch. */
  readonly deadline: number
}

/**
 * Starts a postmaster and returns when it takes connections, or when it ended because another one
 * has the directory.
 * @throws AppError `unavailable` with the end of the log when it does not start.
 */
export async function startPostmaster(start: StartOptions): Promise<void> {
  const { place, options, dataDirectory, programs } = start
  const user = await serverUser(options.uid, dataDirectory)
  const socketDirectory = await makeSocketDirectory(place.root, options, user, start.purpose)
  await writeConfiguration(start, user)
  await rotateLog(place.log)
  const logged = await logSize(place.log)
  const configuration = configurationFiles(place, programs.major)
  const daemon = await startDaemon(
    path.join(programs.bin, 'postgres'),
    [
      ...['-D', dataDirectory],
      ...['-c', `config_file=${configuration.settings}`],
      ...['-c', `hba_file=${configuration.access}`],
      ...['-c', `ident_file=${configuration.users}`],
      ...['-c', `unix_socket_directories=${quoteList(socketDirectory)}`],
    ],
    {
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
      cwd: '/',
      logFile: place.log,
      ...(user.switched ? { uid: user.uid, gid: user.gid } : {}),
    },
  )
  await giveToOwner(place, options.uid, place.log)
  let ended = false
  const exited = daemon.exited.then(() => {
    ended = true
  })
  while (!ended && Date.now() < start.deadline) {
    const pidFile = await readPidFile(dataDirectory)
    if (pidFile?.pid === daemon.pid && pidFile.ready) return
    await Promise.race([sleep(5), exited])
  }
  if (ended) explainStart(await logSince(place.log, logged), place)
}

function explainStart(output: string, place: Place): void {
  switch (startFailure(output)) {
    case 'another-runs':
      return
    case 'disk-full':
      throw diskFullError(place.root)
    case 'other':
      throw unavailable(`PostgreSQL did not start in ${place.root}:\n${lastLines(output)}`, {
        next: `Its whole log is ${place.log}.`,
      })
  }
}

/** A running postmaster and the data directory that it was started with, which may have moved. */
export interface Postmaster {
  readonly pid: number
  readonly dataDirectory: string
}

/** Asks a postmaster to end its sessions and stop; it writes its checkpoint after this returns. */
export async function stopPostmaster(postmaster: Postmaster): Promise<void> {
  if (await isRunning(postmaster)) signal(postmaster.pid, 'SIGINT')
}

/** Waits until a postmaster has ended. */
export async function awaitEnd(postmaster: Postmaster, milliseconds: number): Promise<void> {
  const deadline = Date.now() + milliseconds
  while (await isRunning(postmaster)) {
    if (Date.now() > deadline) {
      throw unavailable(`PostgreSQL in ${postmaster.dataDirectory} does not stop`)
    }
    await sleep(10)
  }
}

/** Whether it still is that postmaster, and not another process with its number. */
export async function isRunning({ pid, dataDirectory }: Postmaster): Promise<boolean> {
  return isAlive(pid) && (await mayBePostmaster(pid, dataDirectory))
}

/** Ends a postmaster at once, for a data directory that is about to be deleted. */
export async function killPostmaster(dataDirectory: string): Promise<void> {
  const state = await serverState(dataDirectory)
  if (state.kind !== 'running' || state.pidFile === undefined) return
  signal(state.pidFile.pid, 'SIGQUIT')
  await awaitEnd({ pid: state.pidFile.pid, dataDirectory }, 10_000)
}

/** Lets sessions go on and takes no new ones, so that the server ends with the last of them. */
export async function retirePostmaster(dataDirectory: string): Promise<void> {
  const state = await serverState(dataDirectory)
  if (state.kind === 'running' && state.pidFile !== undefined) signal(state.pidFile.pid, 'SIGTERM')
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It is gone, or another user's: whoever waits for it will see.
  }
}

function configurationFiles(place: Place, major: number) {
  const file = (name: string) => path.join(place.config, name)
  return {
    settings: file(`postgresql-${major}.conf`),
    access: file('pg_hba.conf'),
    users: file('pg_ident.conf'),
  }
}

async function writeConfiguration(start: StartOptions, user: ServerUser): Promise<void> {
  const { place, programs, options } = start
  await mkdir(place.config, { recursive: true, mode: 0o755 })
  await giveToOwner(place, options.uid, place.config)
  const files = configurationFiles(place, programs.major)
  await writeIfNew(files.settings, serverSettings(programs.major))
  await writeIfNew(files.access, accessRules())
  await writeIfNew(files.users, userMap(user.guest))
}

async function writeIfNew(file: string, text: string): Promise<void> {
  if ((await readText(file).catch(() => undefined)) === text) return
  const fresh = `${file}.${randomBytes(4).toString('hex')}`
  const handle = await open(fresh, 'wx', 0o644)
  try {
    await handle.writeFile(text)
    // Whatever the umask: PostgreSQL may run as another user.
    await handle.chmod(0o644)
  } finally {
    await handle.close()
  }
  await rename(fresh, file)
}

/** Keeps the log and the one before it, each of a bounded size. */
async function rotateLog(log: string): Promise<void> {
  if ((await logSize(log)) < LARGEST_LOG) return
  await rename(log, `${log}.1`).catch(() => undefined)
}

/** Empties a running server's log when it is large; the server appends, so it goes on at the start. */
export async function trimLog(log: string): Promise<void> {
  if ((await logSize(log)) > 2 * LARGEST_LOG) await truncate(log).catch(() => undefined)
}

async function logSize(log: string): Promise<number> {
  return (await stat(log).catch(() => ({ size: 0 }))).size
}

async function logSince(log: string, offset: number): Promise<string> {
  const file = await open(log, 'r')
  try {
    const { size } = await file.stat()
    const from = Math.max(offset, size - 64 * 1024)
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(Math.max(0, size - from)),
      position: from,
    })
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** A path as one element of a list setting. */
function quoteList(directory: string): string {
  return `"${directory.replaceAll('"', '""')}"`
}
