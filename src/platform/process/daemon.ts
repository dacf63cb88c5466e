import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, open } from 'node:fs/promises'
import { codeOf, unavailable } from '../errors.ts'
import type { ChildExit } from './process.ts'

export interface DaemonOptions {
  /** The program's whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Its output is appended here. */
  readonly logFile: string
  readonly uid?: number
  readonly gid?: number
}

export interface Daemon {
  readonly pid: number
  readonly exited: Promise<ChildExit>
}

/**
 * Starts a program that outlives this process: a session of its own, nothing shared but the log.
 * @throws AppError `unavailable` when the program is not there.
 */
export async function startDaemon(
  command: string,
  args: readonly string[],
  options: DaemonOptions,
): Promise<Daemon> {
  const log = await open(
    options.logFile,
    constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW,
    0o600,
  )
  try {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
    })
    const exited = new Promise<ChildExit>((resolve) => {
      child.on('exit', (code, signal) =>
        resolve({ exitCode: code ?? undefined, signal: signal ?? undefined }),
      )
    })
    await once(child, 'spawn')
    child.unref()
    return { pid: child.pid ?? 0, exited }
  } catch (error) {
    throw unavailable(`the program ${command} could not be started (${codeOf(error)})`, {
      cause: error,
    })
  } finally {
    await log.close()
  }
}
