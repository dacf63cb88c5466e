import { createHash } from 'node:crypto'
import { chmod, rm } from 'node:fs/promises'
import path from 'node:path'
import {
  applyArguments,
  type BackendType,
  type Tool,
  withHttpBackend,
} from '../../../engines/index.ts'
import { brokenContract } from '../../contract.ts'
import { applyWithHooks } from '../../hooks-runner.ts'
import type { ApplyOutcome, Job, RunnerPort } from '../../job.ts'
import { writeSecretFile } from '../../phase-runner.ts'
import { reasonOf } from '../../reason.ts'
import { LiveState } from '../../state/live-state.ts'
import { isNewer, markOf } from '../../state/state-bytes.ts'
import { moveAside, readIfThere } from '../../state/state-file.ts'
import { runApply } from './apply-command-runner.ts'
import { applyEnd, type FinalState } from './apply-end.ts'
import { applyToOwn } from './own-apply-runner.ts'
import { putState } from './prepare-runner.ts'
import { type LoopbackState, serveState } from './state/loopback-runner.ts'
import { backendOfPlan } from './state/pinned-backend.ts'
import { StateWatch } from './state/state-watch-runner.ts'
import { inTerraformPhase, type TerraformPhase } from './terraform-phase-runner.ts'
import { writeEphemeralVariables } from './variable-files-file.ts'
import { applyByWorkflow } from './workflow/workflow-runner.ts'

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
    return await inTerraformPhase({ job, port, tool }, 'apply', (phase) =>
      applyWithHooks(phase, () =>
        applyByWorkflow(phase, async (own) => kept(job, await apply(own, planFile, witness))),
      ),
    )
  } catch (error) {
    const reason = reasonOf(error, job)
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

async function apply(
  phase: TerraformPhase,
  planFile: Buffer,
  witness: Witness,
): Promise<ApplyOutcome> {
  const backend = backendOfPlan(phase, planFile)
  await writeSecretFile(phase.places.plan, planFile)
  const variableFiles = await writeEphemeralVariables(phase)
  const args = applyArguments(phase.places.plan, variableFiles, {
    ...phase.job.options,
    extra: phase.job.extraArguments?.apply ?? [],
  })
  if (backend === 'own') {
    return applyToOwn(phase, args, () => {
      witness.started = true
    })
  }
  return applyToOurs(phase, { backend, args }, witness)
}

/** How it ended, with a look at what the component promises to others. */
function kept(job: Job, outcome: ApplyOutcome): ApplyOutcome {
  if (outcome.kind !== 'applied') return outcome
  const reason = brokenContract(job, outcome.state ?? job.state)
  return reason === undefined ? outcome : { kind: 'failed', reason, state: outcome.state }
}

async function applyToOurs(
  phase: TerraformPhase,
  { backend, args }: { readonly backend: BackendType; readonly args: readonly string[] },
  witness: Witness,
): Promise<ApplyOutcome> {
  const { job, port, places } = phase
  await putState(phase)
  const mark = job.state && markOf(job.state)
  const live = new LiveState((bytes) => port.liveState(bytes), mark)
  witness.live = live
  const erroredFile = path.join(job.directory, 'errored.tfstate')
  const erroredBefore = await readIfThere(erroredFile)
  const server = backend === 'http' ? await serveState(job.state, live) : undefined
  const watch = server === undefined ? new StateWatch(places.state, live) : undefined
  try {
    const { outcome } = phase.cancellation
    if (outcome !== undefined) return { ...outcome, state: undefined }
    witness.started = true
    const base = phase.variables(backend)
    const variables = server === undefined ? base : withHttpBackend(base, server.address)
    const ran = await runApply(phase, args, variables)
    await watch?.stop()
    const errored = await takeErroredState(phase, erroredFile, erroredBefore)
    const left = await finalState(phase, { server, errored })
    const end = applyEnd(phase, { ...ran, left, seen: live.newest })
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

/** `errored.tfstate`: what Terraform could not write to its backend. It is moved out of the module. */
async function takeErroredState(
  phase: TerraformPhase,
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

interface Left {
  readonly server: LoopbackState | undefined
  readonly errored: Buffer | undefined
}

/** The newest state that Terraform left, wherever it left it. */
async function finalState(
  { job, places }: TerraformPhase,
  { server, errored }: Left,
): Promise<FinalState> {
  const written =
    server === undefined ? await readIfThere(places.state) : (server.posted ?? job.state)
  const candidates = [written, errored].filter((bytes) => bytes !== undefined)
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
