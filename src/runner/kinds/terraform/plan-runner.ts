import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import {
  type BackendType,
  checkDeclared,
  configurationChanged,
  forgetInit,
  holdOverride,
  lockFileName,
  planArguments,
  type ReadPlan,
  readPlanJson,
  readSource,
  readText,
  refuseLateOverride,
  renderInputs,
  type SourceTree,
  showArguments,
  type Tool,
  withHttpBackend,
} from '../../../engines/index.ts'
import { AppError, messageOf } from '../../../platform/errors.ts'
import { parsePlan, protectNothing, summarizePlan } from '../../../runs/index.ts'
import type { Job, PlanOutcome, RunnerPort } from '../../job.ts'
import { inPhase, type Phase, writeSecretFile } from '../../phase-runner.ts'
import { LiveState } from '../../state/live-state.ts'
import { markOf } from '../../state/state-bytes.ts'
import { factsOf, hashVariableFiles } from './facts-file.ts'
import { initialise, putState, type Step } from './prepare-runner.ts'
import { chooseBackend } from './state/backend-choice.ts'
import { serveState } from './state/loopback-runner.ts'
import { assertPinned } from './state/pinned-backend.ts'
import { failureReason, ToolErrors } from './tool-errors.ts'

/** Plans one run. Never throws: whatever goes wrong is the outcome, as nothing was changed. */
export async function planJob(job: Job, port: RunnerPort, tool: Tool): Promise<PlanOutcome> {
  try {
    return await inPhase({ job, port, tool }, 'plan', plan)
  } catch (error) {
    if (port.cancelled.aborted || port.forced?.aborted) return { kind: 'cancelled' }
    return { kind: 'failed', reason: reasonOf(error) }
  }
}

/** What a refusal says, with what to do. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof AppError)) return `Portolan itself failed: ${messageOf(error)}`
  return error.next === undefined ? error.message : `${error.message}. ${error.next}`
}

async function plan(phase: Phase): Promise<PlanOutcome> {
  const { job, closure, places } = phase
  await refuseLateOverride(job.directory, phase.tool.name)
  if (closure.root.unreadable.length === 0) {
    checkDeclared(Object.keys(job.variables), closure.root.variables)
  }
  await hashVariableFiles(job)
  const inputs = renderInputs(job.variables, closure.root.variables)
  if (inputs !== '') await writeSecretFile(places.inputs, inputs)
  const variableFiles = inputs === '' ? job.variableFiles : [...job.variableFiles, places.inputs]

  const mark = job.state && markOf(job.state)
  const estimate = closure.modules.reduce((sum, entry) => sum + entry.module.resourceEstimate, 0)
  const resources = Math.max(mark?.instances ?? 0, estimate)
  const size = { terraformWorkspace: job.terraformWorkspace, stateSize: job.state?.length ?? 0 }
  const backend = chooseBackend({ ...size, resources, changes: resources })
  const first = await planWith(phase, backend, variableFiles)
  if (first.kind !== 'planned' || backend === 'http') return finish(phase, first)

  const changes = first.read.changes
  const better = chooseBackend({ ...size, resources: Math.max(resources, changes), changes })
  if (better === backend) return finish(phase, first)
  phase.log.say(`It changes ${changes} resources: planned once more in a way that applies faster.`)
  return finish(phase, await planWith(phase, better, variableFiles))
}

interface Planned {
  readonly kind: 'planned'
  readonly file: Buffer
  readonly read: ReadPlan
  readonly source: SourceTree
  readonly changes: boolean
}

async function planWith(
  phase: Phase,
  backend: BackendType,
  variableFiles: readonly string[],
): Promise<Planned | Exclude<Step, { kind: 'done' }>> {
  if (backend === 'local') {
    await putState(phase)
    return planIn(phase, { backend, variables: phase.variables(backend), variableFiles })
  }
  const server = await serveState(phase.job.state, new LiveState(refuseWrite, undefined))
  try {
    const variables = withHttpBackend(phase.variables(backend), server.address)
    return await planIn(phase, { backend, variables, variableFiles })
  } finally {
    await server.close()
  }
}

async function refuseWrite(): Promise<void> {
  throw new Error('a plan writes no state')
}

interface PlanSetting {
  readonly backend: BackendType
  readonly variables: Readonly<Record<string, string>>
  readonly variableFiles: readonly string[]
}

async function planIn(
  phase: Phase,
  setting: PlanSetting,
): Promise<Planned | Exclude<Step, { kind: 'done' }>> {
  const { job, closure, cancellation, log } = phase
  const override = await holdOverride(job.directory, setting.backend, {
    signal: cancellation.signal,
    onWait: () => log.say('Waiting for another plan of this directory.'),
  })
  let before: SourceTree
  let ran: Ran
  try {
    const init = await initialise(phase, setting.backend, setting.variables)
    if (init.kind !== 'done') return init
    before = await readSource(closure.directories, job.variableFiles)
    ran = await runPlan(phase, setting)
    if (ran.kind === 'wants-init' && init.skipped) {
      await forgetInit(phase.places.data[setting.backend])
      const again = await initialise(phase, setting.backend, setting.variables)
      if (again.kind !== 'done') return again
      ran = await runPlan(phase, setting)
    }
  } finally {
    await override.release()
  }
  if (ran.kind === 'wants-init') return { kind: 'failed', reason: ran.reason }
  if (ran.kind !== 'done') return ran
  const source = await readSource(closure.directories, job.variableFiles)
  const changed = configurationChanged(before, source)
  if (changed.length > 0) {
    const reason = `${changed[0]} changed while the plan was made; plan again`
    return { kind: 'failed', reason }
  }
  return readPlan(phase, setting, { source, changes: ran.changes })
}

type Ran =
  | { readonly kind: 'done'; readonly changes: boolean }
  | { readonly kind: 'wants-init'; readonly reason: string }
  | Exclude<Step, { kind: 'done' }>

async function runPlan(phase: Phase, setting: PlanSetting): Promise<Ran> {
  const { job, places, log, cancellation, redactor } = phase
  const { operation, options } = job
  const errors = new ToolErrors()
  const request = { operation, ...options }
  const exit = await phase.run(planArguments(request, places.plan, setting.variableFiles), {
    variables: setting.variables,
    onLine: ({ text, dropped }, stream) => {
      errors.line(text)
      // It ends with advice on commands that are not the person's business here.
      if (stream === 'stderr' || !isAdvice(text)) log.line(text, dropped)
    },
  })
  if (cancellation.requested !== undefined) return { kind: 'cancelled' }
  if (exit.exitCode === 0 || exit.exitCode === 2) {
    return { kind: 'done', changes: exit.exitCode === 2 }
  }
  const reason = redactor.redact(failureReason('plan', exit, errors))
  return errors.wantsInit ? { kind: 'wants-init', reason } : { kind: 'failed', reason }
}

function isAdvice(text: string): boolean {
  return /^Saved the plan to: |^To perform exactly these actions, run the following|^ {4}(terraform|tofu) apply "/.test(
    text,
  )
}

async function readPlan(
  phase: Phase,
  setting: PlanSetting,
  known: Pick<Planned, 'source' | 'changes'>,
): Promise<Planned | Exclude<Step, { kind: 'done' }>> {
  const lines: string[] = []
  const errors = new ToolErrors()
  const exit = await phase.run(showArguments(phase.places.plan), {
    variables: setting.variables,
    maximumLine: 1024 * 1024 * 1024,
    onLine: ({ text }, stream) => {
      if (stream === 'stdout') lines.push(text)
      else errors.line(text)
    },
  })
  if (phase.cancellation.requested !== undefined) return { kind: 'cancelled' }
  if (exit.exitCode !== 0) {
    return { kind: 'failed', reason: phase.redactor.redact(failureReason('show', exit, errors)) }
  }
  const read = readPlanJson(lines.join('\n'))
  phase.redactor.add(read.secrets)
  if (read.errored) return { kind: 'failed', reason: 'the plan is incomplete: planning had errors' }
  const file = await readFile(phase.places.plan)
  assertPinned(phase, setting.backend, file)
  return { kind: 'planned', file, read, ...known }
}

async function finish(
  phase: Phase,
  planned: Planned | Exclude<Step, { kind: 'done' }>,
): Promise<PlanOutcome> {
  if (planned.kind !== 'planned') return planned
  const { job, tool, redactor } = phase
  const json = planned.read.masked((text) => redactor.redact(text))
  const summary = summarizePlan(parsePlan(json), { protect: job.protect ?? protectNothing })
  const lockFile = await readText(path.join(job.directory, lockFileName))
  return {
    kind: 'planned',
    facts: {
      planFile: createHash('sha256').update(planned.file).digest('hex'),
      ...(await factsOf(job, tool, planned.source)),
    },
    file: job.provisional ? undefined : planned.file,
    json,
    summary,
    changes: planned.changes,
    applicable: !job.provisional,
    outputs: {},
    fingerprint: { salt: '', changes: [] },
    lockFile: lockFile === '' ? undefined : lockFile,
  }
}
