import { chmod, mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
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
  const args = ownInitArguments(job.extraArguments?.init)
  const variables = phase.variables('own')
  const workspace = variables['TF_WORKSPACE']
  const first = await runInit(phase, args, { variables })
  const isMissing =
    workspace !== undefined && first.kind === 'failed' && /does not exist/.test(first.reason)
  const step = isMissing ? await makeWorkspace(phase, args, workspace) : first
  if (step.kind === 'done') await chmod(data, 0o700)
  return step
}

/** Where there are others, `init` refuses a workspace that is not there: so it begins in another one. */
async function makeWorkspace(
  phase: TerraformPhase,
  args: readonly string[],
  workspace: string,
): Promise<Step> {
  const { TF_WORKSPACE: _, ...variables } = phase.variables('own')
  // What an earlier command selected would count.
  await rm(path.join(phase.places.data.own, 'environment'), { force: true })
  const step = await runInit(phase, args, { variables })
  if (step.kind !== 'done') return step
  const made = await ask(phase, ['workspace', 'new', workspace], variables)
  if (made.kind === 'done') phase.log.say(`The workspace ${workspace} was not there: it was made.`)
  return made
}

async function ask(
  phase: TerraformPhase,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<Step> {
  const errors = new ToolErrors()
  const exit = await phase.terraform([...args], {
    variables,
    onLine: ({ text }) => errors.line(text),
  })
  const { outcome } = phase.cancellation
  if (outcome !== undefined) return outcome
  if (exit.exitCode === 0) return { kind: 'done' }
  const title = args.slice(0, 2).join(' ')
  return { kind: 'failed', reason: phase.redactor.redact(failureReason(title, exit, errors)) }
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
