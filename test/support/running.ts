import type { Spawning } from '../../src/platform/process/spawn.ts'
import { startProgram } from '../../src/platform/process/start-program.ts'

/** How a command ended, and all that it said. */
export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** Every line of standard output as JSON; only of a call with `--json`. */
  events(): Record<string, unknown>[]
}

/** A command at work. */
export interface Running {
  kill(signal: NodeJS.Signals): void
  readonly ended: Promise<Ended>
  hasEnded(): boolean
  /** What it has written so far. */
  output(stream?: 'stdout' | 'stderr'): string
  /** Resolves when its output has matched; rejects when the command ends before. */
  said(pattern: RegExp): Promise<void>
}

/** Starts a command that a test follows. */
export function startRunning(
  command: string,
  args: readonly string[],
  place: Pick<Spawning, 'cwd' | 'env' | 'input'>,
): Running {
  const written = { stdout: '', stderr: '' }
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() }
  const listeners = new Set<() => void>()
  const program = startProgram({ command, args, ...place }, (chunk, stream) => {
    written[stream] += decoders[stream].decode(chunk, { stream: true })
    for (const listener of listeners) listener()
  })
  let hasEnded = false
  const ended = program.closed
    .then(() => program.exited)
    .then(({ exitCode }): Ended => {
      hasEnded = true
      return { ...written, exitCode: exitCode ?? null, events: () => eventsOf(written.stdout) }
    })
  return {
    kill: (signal) => program.kill(signal),
    ended,
    hasEnded: () => hasEnded,
    output: (stream = 'stdout') => written[stream],
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!pattern.test(written.stdout) && !pattern.test(written.stderr)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        look()
        const { stdout, stderr } = written
        ended.then(
          () => reject(new Error(`it ended without ${pattern}:\n${stdout}\n${stderr}`)),
          reject,
        )
      }),
  }
}

function eventsOf(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
