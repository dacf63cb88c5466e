import { readdirSync, readFileSync } from 'node:fs'
import { AppError } from '../errors.ts'
import { FileTail } from './file-tail.ts'
import { type CommandOptions, notStarted } from './run-command.ts'
import type { ChildExit, OnOutput } from './spawn.ts'
import { startProgram } from './start-program.ts'

export {
  type CommandOptions,
  type CommandResult,
  runCommand,
  runCommandNow,
} from './run-command.ts'
export type { ChildExit } from './spawn.ts'
export { holdForkServer } from './start-program.ts'

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
  readonly onOutput: OnOutput
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
  const { onOutput, files, cwd, env, input, uid, gid } = options
  let chunks = 0
  const place = { cwd, env, input, uid, gid, files }
  const program = startProgram({ command, args, leadsGroup: true, ...place }, (chunk, stream) => {
    chunks += 1
    return onOutput(chunk, stream)
  })
  const pid = await program.pid.catch((error: unknown) => {
    throw error instanceof AppError ? error : notStarted(error, command)
  })
  const exit = program.exited.catch(() => endOf(pid))
  const exited =
    files === undefined
      ? finish(exit, program.closed, () => chunks)
      : followFiles(files, { exit, onOutput })
  exited.catch(() => {}) // For who waits for it.
  return {
    pid,
    exited,
    signal: (name) => signalProcess(pid, name),
    signalGroup: (name) => signalProcess(-pid, name),
    killGroup: () => killGroup(pid),
  }
}

/** The end of a program of which nobody can tell any more how it ended. */
async function endOf(pid: number): Promise<ChildExit> {
  while (signalProcess(-pid, 0) && hasLiveMembers(pid)) {
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return { exitCode: undefined, signal: undefined }
}

async function followFiles(
  files: Readonly<Record<'stdout' | 'stderr', string>>,
  { exit, onOutput }: { readonly exit: Promise<ChildExit>; readonly onOutput: OnOutput },
): Promise<ChildExit> {
  const streams =
    files.stdout === files.stderr ? (['stdout'] as const) : (['stdout', 'stderr'] as const)
  const tails = await Promise.all(
    streams.map((stream) => FileTail.start(files[stream], (chunk) => onOutput(chunk, stream))),
  )
  const ended = await exit
  await Promise.all(tails.map((tail) => tail.end()))
  return ended
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
