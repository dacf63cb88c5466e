import { createHash } from 'node:crypto'
import path from 'node:path'
import {
  type BackendType,
  configurationChanged,
  demandImportable,
  demandImportBlocks,
  forgetInit,
  holdOverride,
  loadPlanReader,
  lockFileName,
  type ReadPlan,
  readRunRecord,
  readSource,
  readText,
  refuseLateOverride,
  type SourceTree,
  type Tool,
  withHttpBackend,
} from '../../../engines/index.ts'
import { conflict } from '../../../platform/errors.ts'
import { parsePlan, protectNothing, summarizePlan } from '../../../runs/index.ts'
import { planWithHooks } from '../../hooks-runner.ts'
import type { Job, PlanOutcome, RunnerPort } from '../../job.ts'
import { fingerprintPlan } from '../../plan/plan-fingerprint.ts'
import { plannedOutputs } from '../../plan/planned-outputs.ts'
import { reasonOf } from '../../reason.ts'
import { saltOf } from '../../salt-file.ts'
import { LiveState } from '../../state/live-state.ts'
import { markOf } from '../../state/state-bytes.ts'
import { factsOf, hashVariableFiles, variableFilesOf } from './facts-file.ts'
import { checkOwnState, initialiseOwn } from './own-state-runner.ts'
import { type PlanSetting, type Ran, runPlan } from './plan-command-runner.ts'
import { type Initialised, initialise, putState, type Step } from './prepare-runner.ts'
import { readSavedPlan } from './read-plan-runner.ts'
import { chooseBackend } from './state/backend-choice.ts'
import { serveState } from './state/loopback-runner.ts'
import { inTerraformPhase, type TerraformPhase } from './terraform-phase-runner.ts'
import type { Backend } from './terraform-places.ts'
import { writeVariables } from './variable-files-file.ts'
import { planByWorkflow } from './workflow/workflow-runner.ts'

/** Plans one run. Never throws: whatever goes wrong is the outcome, as nothing was changed. */
export async function planJob(job: Job, port: RunnerPort, tool: Tool): Promise<PlanOutcome> {
  try {
    return await inTerraformPhase({ job, port, tool }, 'plan', (phase) =>
      planWithHooks(phase, () => planByWorkflow(phase, plan)),
    )
  } catch (error) {
    if (port.cancelled.aborted || port.forced?.aborted) return { kind: 'cancelled' }
    return { kind: 'failed', reason: reasonOf(error, job) }
  }
}

async function plan(phase: TerraformPhase): Promise<PlanOutcome> {
  const { job } = phase
  refuseOtherKind(job)
  demandImports(phase)
  await hashVariableFiles(job)
  const variableFiles = await writeVariables(phase)
  if (job.ownState) {
    const variables = phase.variables('own')
    return finish(phase, await planIn(phase, { backend: 'own', variables, variableFiles }))
  }
  await refuseLateOverride(job.directory, phase.tool.name)
  const mark = job.state && markOf(job.state)
  const estimate = phase.closure.modules.reduce(
    (sum, entry) => sum + entry.module.resourceEstimate,
    0,
  )
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

/** @throws AppError `conflict` when the workspace was one of a `run` component before */
function refuseOtherKind({ state, workspace }: Job): void {
  if (state?.includes('portolan_run') !== true) return
  if (readRunRecord(state)?.attributes === undefined) return
  throw conflict(
    `the state of ${workspace.component}@${workspace.environment} is that of a \`run\` component`,
    { next: 'Give the component another name, or destroy what it was first.' },
  )
}

/** @throws AppError `invalid` for what cannot be imported */
function demandImports({ job, tool }: TerraformPhase): void {
  const { imports = [] } = job.options
  if (imports.length > 0) demandImportBlocks(tool)
  imports.forEach(demandImportable)
}

interface Planned {
  readonly kind: 'planned'
  readonly file: Buffer
  readonly read: ReadPlan
  readonly source: SourceTree
  readonly changes: boolean
}

async function planWith(
  phase: TerraformPhase,
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

async function planIn(
  phase: TerraformPhase,
  setting: PlanSetting,
): Promise<Planned | Exclude<Step, { kind: 'done' }>> {
  const { job, closure, cancellation, log } = phase
  const { backend, variables } = setting
  const { imports } = job.options
  const waiting = {
    signal: cancellation.signal,
    onWait: () => log.say('Waiting for another plan of this directory.'),
  }
  const override = await holdOverride(job.directory, { backend, imports }, waiting)
  let before: SourceTree
  let ran: Ran
  try {
    const init = await prepare(phase, backend, variables)
    if (init.kind !== 'done') return init
    const steps = await phase.between?.()
    if (steps !== undefined && steps.kind !== 'done') return steps
    const last = withSteps(setting, steps?.variables)
    before = await readSource(closure.directories, variableFilesOf(job))
    loadPlanReader().catch(() => {}) // While the tool plans.
    ran = await runPlan(phase, last)
    if (ran.kind === 'wants-init' && init.skipped) {
      await forgetInit(phase.places.data[backend])
      const again = await prepare(phase, backend, variables)
      if (again.kind !== 'done') return again
      ran = await runPlan(phase, last)
    }
  } finally {
    await override.release()
  }
  if (ran.kind === 'wants-init') return { kind: 'failed', reason: ran.reason }
  if (ran.kind !== 'done') return ran
  const source = await readSource(closure.directories, variableFilesOf(job))
  const changed = configurationChanged(before, source)
  if (changed.length > 0) {
    const reason = `${changed[0]} changed while the plan was made; plan again`
    return { kind: 'failed', reason }
  }
  const saved = await readSavedPlan(phase, backend, variables)
  if (saved.kind !== 'read') return saved
  return { ...saved, kind: 'planned', source, changes: ran.changes }
}

function withSteps(
  setting: PlanSetting,
  more: Readonly<Record<string, string>> | undefined,
): PlanSetting {
  return more === undefined ? setting : { ...setting, variables: { ...setting.variables, ...more } }
}

async function prepare(
  phase: TerraformPhase,
  backend: Backend,
  variables: Readonly<Record<string, string>>,
): Promise<Initialised> {
  if (backend !== 'own') return initialise(phase, backend, variables)
  const step = await initialiseOwn(phase)
  const checked = step.kind === 'done' ? await checkOwnState(phase) : step
  return checked.kind === 'done' ? { kind: 'done', skipped: false } : checked
}

async function finish(
  phase: TerraformPhase,
  planned: Planned | Exclude<Step, { kind: 'done' }>,
): Promise<PlanOutcome> {
  if (planned.kind !== 'planned') return planned
  const { job, tool, redactor, places } = phase
  const { read } = planned
  const json = read.masked((text) => redactor.redact(text))
  const lockFile = await readText(path.join(job.directory, lockFileName))
  return {
    kind: 'planned',
    facts: {
      planFile: createHash('sha256').update(planned.file).digest('hex'),
      ...(await factsOf(job, tool, planned.source)),
    },
    file: job.provisional ? undefined : planned.file,
    json,
    summary: summarizePlan(parsePlan(json), { protect: job.protect ?? protectNothing }),
    changes: planned.changes,
    applicable: !job.provisional && read.unmasked['applyable'] !== false,
    outputs: plannedOutputs(read.unmasked),
    fingerprint: fingerprintPlan(read.unmasked, await saltOf(places)),
    lockFile: lockFile === '' ? undefined : lockFile,
  }
}
