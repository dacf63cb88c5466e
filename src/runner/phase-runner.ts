import { mkdir, rm, writeFile } from 'node:fs/promises'
import {
  type BackendType,
  type ModuleClosure,
  readClosure,
  type Tool,
  toolVariables,
} from '../engines/index.ts'
import { conflict } from '../platform/errors.ts'
import { claim } from '../platform/process/claim.ts'
import { startCommand } from '../platform/process/process.ts'
import { createRedactor, type Redactor } from '../secrets/index.ts'
import { Cancellation } from './cancellation.ts'
import type { Job, LogPhase, RunnerPort } from './job.ts'
import { secretsOf } from './kinds/terraform/job-secrets.ts'
import { forgetProcess, inspectLeftover, recordProcess } from './leftover-file.ts'
import { type Line, LineSplitter } from './output/line-splitter.ts'
import { LogSink } from './output/log-sink.ts'
import { type Places, placesIn } from './places.ts'

/** Everything that one phase of one run works with. */
export interface Phase {
  readonly job: Job
  readonly port: RunnerPort
  readonly tool: Tool
  readonly places: Places
  readonly closure: ModuleClosure
  readonly redactor: Redactor
  readonly log: LogSink
  readonly cancellation: Cancellation
  /** The environment of a tool that uses one of Portolan's backends. */
  variables(backend: BackendType): Readonly<Record<string, string>>
  /** Runs the tool to its end; nothing of its process group is alive afterwards. */
  run(args: readonly string[], options: RunOptions): Promise<ToolExit>
}

export interface RunOptions {
  readonly variables: Readonly<Record<string, string>>
  /** Where it runs instead of the module. */
  readonly cwd?: string
  readonly onLine: (line: Line, stream: 'stdout' | 'stderr') => void
  /** Characters of a line that are kept. */
  readonly maximumLine?: number
  /** The tool writes to files: it goes on should this process be killed. */
  readonly files?: Readonly<Record<'stdout' | 'stderr', string>>
}

/** `exitCode` is undefined when a signal ended it. */
export interface ToolExit {
  readonly exitCode: number | undefined
  readonly signal: string | undefined
}

/**
 * Does the work of a phase with the workspace's directory to itself, and leaves no plan file, no
 * inputs and no process behind, whatever happens.
 * @throws what the work throws; AppError `conflict` when a Terraform of a killed runner is still
 * at work there; the abort's reason when it was cancelled while waiting for the directory.
 */
export async function inPhase<T>(
  context: { readonly job: Job; readonly port: RunnerPort; readonly tool: Tool },
  kind: LogPhase,
  work: (phase: Phase) => Promise<T>,
): Promise<T> {
  const { job, port, tool } = context
  const places = placesIn(job.workDirectory, job.terraformWorkspace)
  await mkdir(places.root, { recursive: true, mode: 0o700 })
  const redactor = createRedactor()
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
      const closure = await readClosure(job.directory, tool.name)
      redactor.add(await secretsOf(job, closure))
      if (job.environment.kind === 'clean') await prepareHome(places)
      const parts = { ...context, places, closure, redactor, log, cancellation }
      return await work(new RunningPhase(parts, kind))
    } finally {
      await Promise.all([places.plan, places.inputs].map((file) => rm(file, { force: true })))
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

type PhaseParts = Pick<
  Phase,
  'job' | 'port' | 'tool' | 'places' | 'closure' | 'redactor' | 'log' | 'cancellation'
>

const longestLine = 128 * 1024

class RunningPhase implements Phase {
  readonly job: Job
  readonly port: RunnerPort
  readonly tool: Tool
  readonly places: Places
  readonly closure: ModuleClosure
  readonly redactor: Redactor
  readonly log: LogSink
  readonly cancellation: Cancellation
  readonly #kind: LogPhase

  constructor(parts: PhaseParts, kind: LogPhase) {
    this.job = parts.job
    this.port = parts.port
    this.tool = parts.tool
    this.places = parts.places
    this.closure = parts.closure
    this.redactor = parts.redactor
    this.log = parts.log
    this.cancellation = parts.cancellation
    this.#kind = kind
  }

  variables(backend: BackendType): Readonly<Record<string, string>> {
    return toolVariables(this.job.environment, {
      dataDirectory: this.places.data[backend],
      home: this.places.home,
      temporary: this.places.temporary,
      terraformWorkspace: this.job.terraformWorkspace,
    })
  }

  async run(args: readonly string[], options: RunOptions): Promise<ToolExit> {
    const { places, job, tool } = this
    const record = {
      runId: job.runId,
      phase: this.#kind,
      command: args[0] ?? '',
      directory: job.directory,
      stateFile: places.state,
    }
    await recordProcess(places.process, record, undefined)
    const splitters = {
      stdout: new LineSplitter(options.maximumLine ?? longestLine),
      stderr: new LineSplitter(options.maximumLine ?? longestLine),
    }
    let speak = () => {}
    const speaking = new Promise<void>((resolve) => {
      speak = resolve
    })
    const child = await startCommand(tool.path, args, {
      cwd: options.cwd ?? job.directory,
      env: options.variables,
      ...(options.files === undefined ? {} : { files: options.files }),
      onOutput: (chunk, stream) => {
        speak()
        for (const line of splitters[stream].push(chunk)) options.onLine(line, stream)
      },
    })
    const attached = this.cancellation.attach(child, speaking)
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
