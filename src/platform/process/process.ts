import { type ChildProcess, spawn } from 'node:child_process'
import { constants, readdirSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Options } from 'execa'
import { unavailable } from '../errors.ts'
import { FileTail } from './file-tail.ts'
import { type CommandOptions, notStarted } from './run-command.ts'

export {
  type CommandOptions,
  type CommandResult,
  runCommand,
  runCommandNow,
} from './run-command.ts'

export interface ChildExit {
  readonly exitCode: number | undefined
  readonly signal: string | undefined
}

/** A running program that leads a process group of its own. */
export interface Child {
  readonly pid: number
  readonly exited: Promise<ChildExit>
  /** One signal to the program alone: its children are its own business. */
  signal(name: NodeJS.Signals): void
  /** One signal to the program and all that it started, as a terminal's Ctrl-C is. */
  signalGroup(name: NodeJS.Signals): void
  /** SIGKILL to the whole process group; returns when none of it can be signalled any more. */
  killGroup(): Promise<void>
}

export interface StartOptions extends CommandOptions {
  /** Called with each piece of output, in order; a returned promise holds the program back. */
  readonly onOutput: (chunk: Buffer, stream: 'stdout' | 'stderr') => void | Promise<void>
  /**
   * Files that the program writes to instead of pipes, made anew and read as they grow. A program
   * that must outlive this process needs them: writing to a broken pipe would kill it. One file for
   * both keeps the order in which it spoke; it is all `stdout` then.
   */
  readonly files?: Readonly<Record<'stdout' | 'stderr', string>>
}

/**
 * Starts a program in its own process group, so that a signal from the terminal does not reach it.
 * @throws AppError `unavailable` when the program is not there.
 */
export async function startCommand(
  command: string,
  args: readonly string[],
  options: StartOptions,
): Promise<Child> {
  if (options.files !== undefined) return startWithFiles(command, args, options, options.files)
  const { execa } = await import('execa') // Not at the start of every command: it takes long to load.
  const child = execa(command, args, { ...spawnOptions(options), ...inOwnGroup })
  const exit = exitOf(child.nodeChildProcess)
  let chunks = 0
  const count = (chunk: Buffer, stream: 'stdout' | 'stderr') => {
    chunks += 1
    return options.onOutput(chunk, stream)
  }
  const reading = Promise.all([
    read(child.stdout, (chunk) => count(chunk, 'stdout')),
    read(child.stderr, (chunk) => count(chunk, 'stderr')),
  ])
  reading.catch(() => {}) // Seen by who waits for `exited`.
  const pid = child.pid
  if (pid === undefined) {
    throw notStarted(await child, command)
  }
  return {
    pid,
    exited: finish(exit, reading, () => chunks),
    signal: (name) => signalProcess(pid, name),
    signalGroup: (name) => signalProcess(-pid, name),
    killGroup: () => killGroup(pid),
  }
}

const emptyForAppending =
  constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND

const inOwnGroup = { stdin: 'ignore', buffer: false, detached: true, cleanup: false } as const

async function startWithFiles(
  command: string,
  args: readonly string[],
  options: StartOptions,
  files: Readonly<Record<'stdout' | 'stderr', string>>,
): Promise<Child> {
  const stdout = await open(files.stdout, emptyForAppending, 0o600)
  const stderr =
    files.stderr === files.stdout ? undefined : await open(files.stderr, emptyForAppending, 0o600)
  try {
    // Plain `spawn`: execa passes no descriptor on as it is.
    const child = spawn(command, args, {
      cwd: options.cwd,
      uid: options.uid,
      gid: options.gid,
      env: options.env,
      detached: true,
      stdio: ['ignore', stdout.fd, (stderr ?? stdout).fd],
    })
    const exit = exitOf(child)
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    }).catch((error: unknown) => {
      throw notStarted(error, command)
    })
    const { pid } = child
    if (pid === undefined) throw unavailable(`${command} could not be started`)
    const streams = stderr === undefined ? (['stdout'] as const) : (['stdout', 'stderr'] as const)
    const tails = await Promise.all(
      streams.map((stream) =>
        FileTail.start(files[stream], (chunk) => options.onOutput(chunk, stream)),
      ),
    )
    const exited = exit.then(async (ended) => {
      await Promise.all(tails.map((tail) => tail.end()))
      return ended
    })
    return {
      pid,
      exited,
      signal: (name) => signalProcess(pid, name),
      signalGroup: (name) => signalProcess(-pid, name),
      killGroup: () => killGroup(pid),
    }
  } finally {
    await Promise.all([stdout, stderr].map((file) => file?.close()))
  }
}

function exitOf(child: ChildProcess): Promise<ChildExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ exitCode: code ?? undefined, signal: signal ?? undefined })
    })
  })
}

/**
 * The program's end, with all that it wrote. A grandchild that kept the pipes open must not hold
 * the result back: half a second in which nothing comes is the end of the output.
 */
async function finish(
  exit: Promise<ChildExit>,
  reading: Promise<unknown>,
  chunks: () => number,
): Promise<ChildExit> {
  const ended = await exit
  for (let before = -1; before !== chunks(); ) {
    before = chunks()
    const idle = new Promise((resolve) => setTimeout(resolve, 500, 'idle').unref())
    if ((await Promise.race([reading, idle])) !== 'idle') break
  }
  return ended
}

async function read(
  stream: AsyncIterable<unknown> | null,
  onChunk: (chunk: Buffer) => void | Promise<void>,
): Promise<void> {
  if (stream === null) return
  for await (const chunk of stream) await onChunk(chunk as Buffer)
}

function spawnOptions(options: CommandOptions) {
  return {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
    env: options.env,
    extendEnv: false,
    reject: false,
    shell: false,
  } as const satisfies Options
}

function signalProcess(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name)
    return true
  } catch {
    return false // It is gone: what the signal wanted.
  }
}

async function killGroup(pid: number): Promise<void> {
  for (let attempt = 0; attempt < 200 && signalProcess(-pid, 'SIGKILL'); attempt += 1) {
    if (!hasLiveMembers(pid)) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

// A killed process can be signalled until its parent reads its end, which an idle init may not do.
function hasLiveMembers(group: number): boolean {
  if (process.platform !== 'linux') return true
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
      const [state, , member] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return Number(member) === group && state !== 'Z' && state !== 'X'
    } catch {
      return false // It ended while we looked.
    }
  })
}
