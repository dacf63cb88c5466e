import { chmod, mkdir, rm } from 'node:fs/promises'
import { backendFile, ownInitArguments, strayLocalStates } from '../../../engines/index.ts'
import { invalid } from '../../../platform/errors.ts'
import { markOf } from '../../state/state-bytes.ts'
import { stateSecrets } from '../../state/state-secrets.ts'
import { runInit, type Step } from './prepare-runner.ts'
import { pulledState } from './state/pulled-state.ts'
import type { TerraformPhase } from './terraform-phase-runner.ts'
import { failureReason, ToolErrors } from './tool-errors.ts'

/**
 * Initialises the module's own backend, which keeps the state (`state: own`). No override may be in
 * the module meanwhile.
 * @throws AppError `invalid` for a module whose own backend Portolan cannot work with
 */
export async function initialiseOwn(phase: TerraformPhase): Promise<Step> {
  const { job, closure, places } = phase
  const { backend } = closure.root
  if (backend.kind === 'cloud') {
    throw invalid(
      `${job.directory} keeps its state in HCP Terraform, and \`state: own\` cannot follow it there`,
      {
        next: 'Use a `backend` block, or take the state over: portolan state import',
      },
    )
  }
  const isLocal = backend.kind === 'none' || backend.type === 'local'
  const stray = isLocal ? [] : await strayLocalStates(job.directory)
  if (stray[0] !== undefined) {
    throw invalid(`${stray[0].file} holds a state too, which \`init\` would want to migrate`, {
      next: 'Move the file away.',
    })
  }
  const data = places.data.own
  await mkdir(data, { recursive: true, mode: 0o700 })
  // What the configuration says counts, and not what an earlier one said.
  await rm(backendFile(data), { force: true })
  const step = await runInit(phase, ownInitArguments(), { variables: phase.variables('own') })
  if (step.kind === 'done') await chmod(data, 0o700)
  return step
}

/**
 * Makes sure that the backend holds the state that was recorded last, or what came after it. A
 * backend that was changed without moving the state would have everything created a second time.
 */
export async function checkOwnState(phase: TerraformPhase): Promise<Step> {
  const pulled = await pullOwnState(phase)
  if (pulled.kind !== 'done') return pulled
  phase.redactor.add(stateSecrets(pulled.state))
  const recorded = phase.job.state && markOf(phase.job.state)
  const found = pulled.state && markOf(pulled.state)
  if (recorded === undefined || recorded.instances === 0) return { kind: 'done' }
  if (found?.lineage === recorded.lineage) return { kind: 'done' }
  const what = found === undefined ? 'no state' : `another state (lineage ${found.lineage})`
  const reason = `the module's own backend holds ${what}, and the recorded one (lineage ${recorded.lineage}) has resources: was the backend changed without moving its state? Move it: terraform init -migrate-state`
  return { kind: 'failed', reason }
}

/** What `state pull` says of the module's own backend. */
export async function pullOwnState(
  phase: TerraformPhase,
): Promise<
  | { readonly kind: 'done'; readonly state: Buffer | undefined }
  | Exclude<Step, { readonly kind: 'done' }>
> {
  const lines: string[] = []
  const errors = new ToolErrors()
  const exit = await phase.terraform(['state', 'pull'], {
    variables: phase.variables('own'),
    stop: 'never',
    maximumLine: 1024 * 1024 * 1024,
    onLine: ({ text }, stream) => {
      if (stream === 'stdout') lines.push(text)
      else errors.line(text)
    },
  })
  if (exit.exitCode === 0) {
    return { kind: 'done', state: pulledState(Buffer.from(`${lines.join('\n')}\n`)) }
  }
  const { outcome } = phase.cancellation
  if (outcome !== undefined) return outcome
  return {
    kind: 'failed',
    reason: phase.redactor.redact(failureReason('state pull', exit, errors)),
  }
}
