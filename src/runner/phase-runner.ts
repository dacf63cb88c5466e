import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { secretVariables } from '../engines/index.ts'
import { conflict } from '../platform/errors.ts'
import { claim } from '../platform/process/claim.ts'
import { startCommand } from '../platform/process/process.ts'
import { createRedactor, type Redactor } from '../secrets/index.ts'
import { Cancellation, type StopManner } from './cancellation.ts'
import type { Job, LogPhase, RunnerPort } from './job.ts'
import { forgetProcess, inspectLeftover, recordProcess } from './leftover-file.ts'
import { type Line, LineSplitter } from './output/line-splitter.ts'
import { LogSink } from './output/log-sink.ts'
import { type Places, passingFiles } from './places.ts'
import { stateSecrets } from './state/state-secrets.ts'

/** Everything that one phase of one run works with, whatever its kind. */
export interface Phase {
  readonly name: LogPhase
  readonly job: Job
  readonly port: RunnerPort
  readonly places: Places
  readonly redactor: Redactor
  readonly log: LogSink
  readonly cancellation: Cancellation
  /** Runs a program to its end; nothing of its process group is alive afterwards. */
  run(program: string, args: readonly string[], options: ProgramOptions): Promise<ProgramExit>
}

export interface ProgramOptions {
  readonly cwd: string
  readonly variables: Readonly<Record<string, string>>
  readonly onLine: (line: Line, stream: 'stdout' | 'stderr') => void
  /** How it is told to end. */
  readonly stop: StopManner
  /** Characters of a line that are kept. */
  readonly maximumLine?: number
  /** It writes to files: it goes on should this process be killed. */
  readonly files?: Readonly<Record<'stdout' | 'stderr', string>>
}

/** `exitCode` is undefined when a signal ended it. */
export interface ProgramExit {
  readonly exitCode: number | undefined
  readonly signal: string | undefined
}

export interface PhaseContext {
  readonly job: Job
  readonly port: RunnerPort
  readonly places: Places
  /** Where the state lies while this works, for who comes after a killed runner. */
  readonly stateFile: string
}

/**
 * Does the work of a phase with the workspace's directory to itself, and leaves no plan file, no
 * inputs and no process behind, whatever happens.
 * @throws what the work throws; AppError `conflict` when a program of a killed runner is still at
 * work there; the abort's reason when it was cancelled while waiting for the directory.
 */
export async function inPhase<T>(
  context: PhaseContext,
  name: LogPhase,
  work: (phase: Phase) => Promise<T>,
): Promise<T> {
  const { job, port, places } = context
  await mkdir(places.root, { recursive: true, mode: 0o700 })
  const redactor = createRedactor(job.secrets)
  const log = new LogSink((text) => port.log(text), redactor)
  const cancellation = new Cancellation(port)
  try {
    const held = await claim(places.claims, {
      signal: cancellation.signal,
      onWait: () => log.say('Waiting for another run that is at work in this workspace.'),
    })
    try {
      await refuseWhileAtWork(places)
    } catch (error) {
      await held.release()
      throw error
    }
    try {
      if (job.timeoutSeconds !== undefined) cancellation.startClock(job.timeoutSeconds)
      redactor.add(secretVariables(job.environment.variables, []))
      redactor.add(stateSecrets(job.state))
      if (job.environment.kind === 'clean') await prepareHome(places)
      const parts = { name, job, port, places, redactor, log, cancellation }
      return await work({ ...parts, run: (...call) => run({ ...context, ...parts }, ...call) })
    } finally {
      cancellation.stopClock()
      const left = passingFiles(places).filter((file) => existsSync(file))
      await Promise.all(left.map((file) => rm(file, { force: true })))
      await forgetProcess(places.process)
      await held.release()
    }
  } finally {
    await log.finish()
  }
}

async function refuseWhileAtWork(places: Places): Promise<void> {
  const leftover = await inspectLeftover(places.root)
  if (leftover?.alive !== true) return
  throw conflict(
    `the ${leftover.phase} of run-${leftover.runId} is still at work (process ${leftover.pid}), though its runner is gone`,
    { next: 'Wait until it has ended, or end that process; then try again.' },
  )
}

const longestLine = 128 * 1024

async function run(
  phase: Omit<Phase, 'run'> & PhaseContext,
  program: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramExit> {
  const { places, job } = phase
  const record = {
    runId: job.runId,
    phase: phase.name,
    command: args[0] ?? '',
    directory: job.directory,
    stateFile: phase.stateFile,
  }
  await recordProcess(places.process, record, undefined)
  const splitters = {
    stdout: new LineSplitter(options.maximumLine ?? longestLine),
    stderr: new LineSplitter(options.maximumLine ?? longestLine),
  }
  const { promise: speaking, resolve: speak } = Promise.withResolvers<void>()
  const child = await startCommand(program, args, {
    cwd: options.cwd,
    env: options.variables,
    ...(options.files === undefined ? {} : { files: options.files }),
    onOutput: (chunk, stream) => {
      speak()
      for (const line of splitters[stream].push(chunk)) options.onLine(line, stream)
    },
  })
  const attached = phase.cancellation.attach(child, speaking, options.stop)
  const recorded = recordProcess(places.process, record, child.pid)
  // Whatever goes wrong beside it, the program is waited for.
  const [exit] = await Promise.all([child.exited, recorded.catch(() => {})])
  attached.detach()
  await child.killGroup()
  for (const stream of ['stdout', 'stderr'] as const) {
    for (const line of splitters[stream].end()) options.onLine(line, stream)
  }
  return exit
}

async function prepareHome(places: Places): Promise<void> {
  await Promise.all(
    [places.home, places.temporary].map((directory) =>
      mkdir(directory, { recursive: true, mode: 0o700 }),
    ),
  )
}

/** Writes a file that only this user may read. */
export async function writeSecretFile(file: string, content: string | Buffer): Promise<void> {
  await rm(file, { force: true })
  await writeFile(file, content, { mode: 0o600, flag: 'wx' })
}
