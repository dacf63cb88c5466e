import { createHash } from 'node:crypto'
import { chmod, rm } from 'node:fs/promises'
import path from 'node:path'
import {
  applyArguments,
  readApplyLine,
  renderInputs,
  type Tool,
  withHttpBackend,
} from '../../../engines/index.ts'
import type { ApplyOutcome, Job, RunnerPort } from '../../job.ts'
import { ProgressQueue } from '../../output/progress-queue.ts'
import { inPhase, type Phase, type ToolExit, writeSecretFile } from '../../phase-runner.ts'
import { LiveState } from '../../state/live-state.ts'
import { isNewer, markOf } from '../../state/state-bytes.ts'
import { moveAside, readIfThere } from '../../state/state-file.ts'
import { reasonOf } from './plan-runner.ts'
import { putState } from './prepare-runner.ts'
import { type LoopbackState, serveState } from './state/loopback-runner.ts'
import { backendOfPlan } from './state/pinned-backend.ts'
import { StateWatch } from './state/state-watch-runner.ts'
import { failureReason, ToolErrors } from './tool-errors.ts'

/**
 * Applies exactly this plan file. Never throws: what goes wrong before Terraform starts is
 * `failed`, what nobody saw the end of is `unknown`.
 */
export async function applyJob(
  job: Job,
  port: RunnerPort,
  tool: Tool,
  planFile: Buffer,
): Promise<ApplyOutcome> {
  const witness: Witness = { started: false, live: undefined }
  try {
    return await inPhase({ job, port, tool }, 'apply', (phase) => apply(phase, planFile, witness))
  } catch (error) {
    const reason = reasonOf(error)
    const state = witness.live?.newest
    if (witness.started)
      return { kind: 'unknown', reason: `the end was not seen: ${reason}`, state }
    if (port.cancelled.aborted || port.forced?.aborted) return { kind: 'cancelled', state }
    return { kind: 'failed', reason, state }
  }
}

/** What is known of an apply if everything else goes wrong. */
interface Witness {
  /** From here on Terraform may have changed something. */
  started: boolean
  live: LiveState | undefined
}

async function apply(phase: Phase, planFile: Buffer, witness: Witness): Promise<ApplyOutcome> {
  const { job, port, places } = phase
  const backend = backendOfPlan(phase, planFile)
  await putState(phase)
  await writeSecretFile(places.plan, planFile)
  const variableFiles = await variableFilesForApply(phase)
  const mark = job.state && markOf(job.state)
  const live = new LiveState((bytes) => port.liveState(bytes), mark)
  witness.live = live
  const erroredFile = path.join(job.directory, 'errored.tfstate')
  const erroredBefore = await readIfThere(erroredFile)
  const server = backend === 'http' ? await serveState(job.state, live) : undefined
  const watch = server === undefined ? new StateWatch(places.state, live) : undefined
  try {
    if (phase.cancellation.requested !== undefined) return { kind: 'cancelled', state: undefined }
    witness.started = true
    const base = phase.variables(backend)
    const variables = server === undefined ? base : withHttpBackend(base, server.address)
    const ran = await runApply(
      phase,
      applyArguments(places.plan, variableFiles, job.options),
      variables,
    )
    await watch?.stop()
    const errored = await takeErroredState(phase, erroredFile, erroredBefore)
    const end = await endOf(phase, { ...ran, server, live, errored })
    if (end.state !== undefined) live.offer(end.state)
    await live.settle(10_000)
    return end
  } finally {
    await watch?.stop()
    await server?.close()
    await rm(`${places.state}.backup`, { force: true })
    await chmod(places.state, 0o600).catch(() => {}) // It is not there when nothing was written.
  }
}

/** A saved plan holds all values but those of ephemeral variables, which are given again. */
async function variableFilesForApply(phase: Phase): Promise<readonly string[]> {
  const { job, closure, places } = phase
  const declared = closure.root.variables
  const ephemeral = [...declared.values()].filter((variable) => variable.ephemeral)
  if (ephemeral.length === 0) return []
  const names = new Set(ephemeral.map((variable) => variable.name))
  const given = Object.entries(job.variables).filter(([name]) => names.has(name))
  if (given.length === 0) return job.variableFiles
  await writeSecretFile(places.inputs, renderInputs(Object.fromEntries(given), declared))
  return [...job.variableFiles, places.inputs]
}

interface Ran {
  readonly exit: ToolExit
  readonly errors: ToolErrors
  /** Terraform said that it came to the end of the apply. */
  readonly concluded: boolean
}

const longestEvent = 16 * 1024 * 1024

async function runApply(
  phase: Phase,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<Ran> {
  const { log, places, port, redactor } = phase
  const errors = new ToolErrors()
  let concluded = false
  const progress = new ProgressQueue((event) => port.progress(event), redactor)
  const files = { stdout: `${places.plan}.stdout`, stderr: `${places.plan}.stderr` }
  try {
    const exit = await phase.run(args, {
      variables,
      files,
      maximumLine: longestEvent,
      onLine: ({ text, dropped }) => {
        const line = readApplyLine(text, dropped > 0)
        if (line.isSummary === true) concluded = true
        if (line.error !== undefined) errors.add(line.error)
        if (line.text !== undefined) log.line(line.text, dropped)
        if (line.progress !== undefined) progress.add(line.progress)
      },
    })
    await progress.finish()
    return { exit, errors, concluded }
  } finally {
    await Promise.all(Object.values(files).map((file) => rm(file, { force: true })))
  }
}

/** `errored.tfstate`: what Terraform could not write to its backend. It is moved out of the module. */
async function takeErroredState(
  phase: Phase,
  file: string,
  before: Buffer | undefined,
): Promise<Buffer | undefined> {
  const bytes = await readIfThere(file)
  if (bytes === undefined || (before !== undefined && digest(before) === digest(bytes))) {
    return undefined
  }
  // A disk that was full for Terraform is full for us: then it stays where it is.
  const place = await moveAside(file, phase.places.rescued).catch(() => file)
  phase.log.say(
    `Terraform could not write its state (is a disk full?). What it left was kept: ${place}`,
  )
  return bytes
}

interface End extends Ran {
  readonly server: LoopbackState | undefined
  readonly live: LiveState
  readonly errored: Buffer | undefined
}

async function endOf(phase: Phase, end: End): Promise<ApplyOutcome> {
  const { exit, errors } = end
  const { requested } = phase.cancellation
  const left = await finalState(phase, end)
  const state = left.state ?? end.live.newest
  const cause = requested === 'force' ? ', as it was asked to by force' : ''
  if (exit.exitCode === undefined) {
    const reason = `apply was ended by ${exit.signal ?? 'a signal'}${cause}; what it had begun is not known`
    return { kind: 'unknown', reason, state }
  }
  if (left.fault !== undefined) return { kind: 'unknown', reason: left.fault, state }
  if (exit.exitCode === 0) {
    if (end.concluded || isProgress(left.state, phase.job.state)) return { kind: 'applied', state }
    const reason =
      'apply ended without a word that it is complete and without a new state; what it did is not known'
    return { kind: 'unknown', reason, state }
  }
  if (exit.exitCode !== 1) {
    const reason = `apply crashed with exit code ${exit.exitCode}; what it had begun is not known`
    return { kind: 'unknown', reason, state }
  }
  if (requested !== undefined) return { kind: 'cancelled', state }
  return {
    kind: 'failed',
    reason: phase.redactor.redact(failureReason('apply', exit, errors)),
    state,
  }
}

function isProgress(state: Buffer | undefined, before: Buffer | undefined): boolean {
  const mark = state && markOf(state)
  return mark !== undefined && isNewer(mark, before && markOf(before))
}

interface FinalState {
  readonly state: Buffer | undefined
  readonly fault: string | undefined
}

/** The newest state that Terraform left, wherever it left it. */
async function finalState(phase: Phase, end: End): Promise<FinalState> {
  const { job, places } = phase
  const written =
    end.server === undefined ? await readIfThere(places.state) : (end.server.posted ?? job.state)
  const candidates = [written, end.errored].filter((bytes) => bytes !== undefined)
  const [first, second] = candidates
  if (first === undefined) {
    if (job.state === undefined) return { state: undefined, fault: undefined }
    return { state: undefined, fault: 'the state file is gone after the apply' }
  }
  const marks = candidates.map((bytes) => markOf(bytes))
  const [mark, erroredMark] = marks
  if (second !== undefined && erroredMark !== undefined && (!mark || isNewer(erroredMark, mark))) {
    return { state: second, fault: undefined }
  }
  if (mark === undefined) {
    return { state: undefined, fault: 'the state that the apply left cannot be read' }
  }
  return { state: first, fault: undefined }
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
