import { programVariables } from '../engines/index.ts'
import { invalid } from '../platform/errors.ts'
import type { Line } from './output/line-splitter.ts'
import { type Phase, type ProgramExit, writeSecretFile } from './phase-runner.ts'

/** A command that the person wrote, to be run by the shell as they would run it. */
export interface ShellCommand {
  readonly command: string
  /** On top of the environment of the run. */
  readonly env: Readonly<Record<string, string>>
  /** `apply`, as `PORTOLAN_OPERATION` tells it. */
  readonly operation: string
  readonly onLine?: (text: string) => void
  /** Where it runs; in the root of the repository when absent. */
  readonly directory?: string
  /** What it prints is not shown, but for the last lines should it fail. */
  readonly isHidden?: boolean
}

export interface ShellEnd extends ProgramExit {
  /** The last lines that it printed and that say something. */
  readonly lastLines: readonly string[]
}

const keptLines = 3

/**
 * Runs a command, its output going to the run's log. The shell reads it
 * from a file, as it may hold secrets and every user of the machine can read arguments.
 * @throws AppError `invalid` for an environment that no program can have
 */
export async function runShell(phase: Phase, request: ShellCommand): Promise<ShellEnd> {
  const { places, job, log } = phase
  await writeSecretFile(places.script, `${request.command}\n`)
  const lastLines: string[] = []
  const onLine = ({ text, dropped }: Line) => {
    if (request.isHidden !== true) log.line(text, dropped)
    request.onLine?.(text)
    if (text.trim() === '') return
    lastLines.push(text.trim().slice(0, 300))
    if (lastLines.length > keptLines) lastLines.shift()
  }
  const exit = await phase.run('/bin/sh', [places.script], {
    cwd: request.directory ?? job.repositoryRoot,
    variables: environmentOf(phase, request),
    stop: 'shell',
    files: { stdout: places.said, stderr: places.said },
    onLine,
  })
  return { ...exit, lastLines }
}

/** Runs a command for what it prints; what it says beside it goes to the run's log. */
export async function askShell(
  phase: Phase,
  request: ShellCommand,
): Promise<ShellEnd & { readonly said: string }> {
  const { places, job, log } = phase
  await writeSecretFile(places.script, `${request.command}\n`)
  const said: string[] = []
  const lastLines: string[] = []
  const exit = await phase.run('/bin/sh', [places.script], {
    cwd: request.directory ?? job.repositoryRoot,
    variables: environmentOf(phase, request),
    stop: 'shell',
    onLine: ({ text, dropped }, stream) => {
      if (stream === 'stdout') said.push(text)
      else {
        log.line(text, dropped)
        lastLines.splice(0, Math.max(0, lastLines.length - keptLines + 1))
        lastLines.push(text.trim().slice(0, 300))
      }
    },
  })
  return { ...exit, lastLines, said: said.join('\n').trim() }
}

function environmentOf(
  { job, places }: Phase,
  { env, operation }: ShellCommand,
): Readonly<Record<string, string>> {
  const all = {
    ...programVariables(job.environment, places),
    ...env,
    PORTOLAN_COMPONENT: job.workspace.component,
    PORTOLAN_ENVIRONMENT: job.workspace.environment,
    PORTOLAN_OPERATION: operation,
  }
  for (const [name, value] of Object.entries(all)) {
    if (/^[^=\0]+$/.test(name) && !value.includes('\0')) continue
    throw invalid(`${JSON.stringify(name)} cannot be an environment variable with that value`, {
      next: 'Names have no = in them, and neither names nor values have a NUL character.',
    })
  }
  return all
}

/** `exited with 3: permission denied`, or how else it ended. */
export function endingOf({ exitCode, signal, lastLines }: ShellEnd): string {
  const how =
    exitCode === undefined ? `was ended by ${signal ?? 'a signal'}` : `exited with ${exitCode}`
  return lastLines.length === 0 ? how : `${how}: ${lastLines.join(' | ')}`
}

/** A command as a heading or a sentence shows it: its first line. */
export function shortCommand(command: string): string {
  const [first = '', ...more] = command.trim().split('\n')
  const cut = first.length > 200 || more.length > 0
  return cut ? `${first.slice(0, 200)} …` : first
}
