import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { type AppError, codeOf, messageOf, unavailable } from '../errors.ts'

export interface CommandOptions {
  readonly cwd?: string
  /** The child's whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  readonly input?: string | Buffer
  /** Milliseconds after which the child is killed; the result then says `timedOut`. */
  readonly timeout?: number
  readonly uid?: number
  readonly gid?: number
}

export interface CommandResult {
  readonly exitCode: number | undefined
  readonly signal: string | undefined
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
  options: CommandOptions,
): Promise<CommandResult> {
  const { input, timeout, ...place } = options
  const child = spawn(command, args, {
    ...place,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  // A program that does not read all of it has its reasons; its exit code tells them.
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  const output = { stdout: collect(child, 'stdout'), stderr: collect(child, 'stderr') }
  let timedOut = false
  const stop = killAfter(child, timeout, () => {
    timedOut = true
  })
  return new Promise((resolve, reject) => {
    const end = (exitCode: number | undefined, signal: string | undefined) => {
      stop()
      const stderr = Buffer.concat(output.stderr).toString('utf8')
      resolve({ exitCode, signal, timedOut, stdout: Buffer.concat(output.stdout), stderr })
    }
    child.once('error', (error) => {
      stop()
      reject(notStarted(error, command))
    })
    child.once('close', (code, signal) => end(code ?? undefined, signal ?? undefined))
  })
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

function collect(child: ChildProcess, name: 'stdout' | 'stderr'): Buffer[] {
  const chunks: Buffer[] = []
  let size = 0
  child[name]?.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > MOST_BYTES) child.kill('SIGKILL')
    else chunks.push(chunk)
  })
  return chunks
}

/** A program that was asked to end and does not is killed. The result stops the clock. */
function killAfter(
  child: ChildProcess,
  timeout: number | undefined,
  onTimeout: () => void,
): () => void {
  if (timeout === undefined) return () => {}
  const kill = setTimeout(() => child.kill('SIGKILL'), timeout + GRACE_MILLISECONDS)
  const ask = setTimeout(() => {
    onTimeout()
    child.kill('SIGTERM')
  }, timeout)
  return () => {
    clearTimeout(ask)
    clearTimeout(kill)
  }
}
