import { spawnSync } from 'node:child_process'
import { AppError, codeOf, messageOf, unavailable } from '../errors.ts'
import type { ChildExit, Spawned, Spawning } from './spawn.ts'
import { startProgram } from './start-program.ts'

export interface CommandOptions extends Pick<Spawning, 'cwd' | 'env' | 'input' | 'uid' | 'gid'> {
  /** Milliseconds after which the child is killed; the result then says `timedOut`. */
  readonly timeout?: number
}

export interface CommandResult extends ChildExit {
  readonly timedOut: boolean
  readonly stdout: Buffer
  readonly stderr: string
}

const MOST_BYTES = 512 * 1024 * 1024
const GRACE_MILLISECONDS = 5_000

/**
 * Runs a program to its end, without a shell. A failing exit code is a result, not an error.
 * @throws AppError `unavailable` when the program cannot be started.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { timeout, ...place }: CommandOptions,
): Promise<CommandResult> {
  const output = { stdout: new Output(), stderr: new Output() }
  const program = startProgram({ command, args, ...place }, (chunk, stream) => {
    if (!output[stream].add(chunk)) program.kill('SIGKILL')
  })
  const clock = killAfter(program, timeout)
  try {
    await program.closed
    const stderr = output.stderr.all().toString('utf8')
    return {
      ...(await program.exited),
      timedOut: clock.isOver(),
      stdout: output.stdout.all(),
      stderr,
    }
  } catch (error) {
    throw error instanceof AppError ? error : notStarted(error, command)
  } finally {
    clock.stop()
  }
}

/**
 * The same while everything else waits: for short programs that a synchronous computation asks.
 * @throws AppError `unavailable` when the program cannot be started.
 */
export function runCommandNow(
  command: string,
  args: readonly string[],
  options: Pick<CommandOptions, 'cwd' | 'env' | 'timeout'>,
): CommandResult {
  const result = spawnSync(command, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: MOST_BYTES,
  })
  if (result.error !== undefined && result.pid === 0) throw notStarted(result.error, command)
  return {
    exitCode: result.status ?? undefined,
    signal: result.signal ?? undefined,
    timedOut: codeOf(result.error) === 'ETIMEDOUT',
    stdout: result.stdout,
    stderr: result.stderr.toString('utf8'),
  }
}

/** What to tell when a program could not be started. */
export function notStarted(error: unknown, command: string): AppError {
  const code = codeOf(error)
  if (code === 'ENOENT') {
    return unavailable(`the program ${command} was not found`, {
      next: `Install ${command} or put it on PATH.`,
    })
  }
  if (code === 'EACCES') {
    return unavailable(`the program ${command} may not be executed`, {
      next: `Make ${command} executable for this user.`,
    })
  }
  return unavailable(`${command} could not be started: ${messageOf(error)}`, { cause: error })
}

class Output {
  readonly #chunks: Buffer[] = []
  #size = 0

  /** Whether there is room for it. */
  add(chunk: Buffer): boolean {
    this.#size += chunk.length
    if (this.#size > MOST_BYTES) return false
    this.#chunks.push(chunk)
    return true
  }

  all(): Buffer {
    return Buffer.concat(this.#chunks)
  }
}

/** A program that was asked to end and does not is killed. */
function killAfter(program: Spawned, timeout: number | undefined) {
  let isOver = false
  if (timeout === undefined) return { isOver: () => false, stop: () => {} }
  const kill = setTimeout(() => program.kill('SIGKILL'), timeout + GRACE_MILLISECONDS)
  const ask = setTimeout(() => {
    isOver = true
    program.kill('SIGTERM')
  }, timeout)
  return {
    isOver: () => isOver,
    stop: () => {
      clearTimeout(ask)
      clearTimeout(kill)
    },
  }
}
