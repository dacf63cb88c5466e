import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import {
  assertBackend,
  type BackendType,
  backendArguments,
  backendFile,
  forgetInit,
  initArguments,
  initKey,
  isInitialised,
  keepProviders,
  linkProviders,
  overrideContent,
  overrideFileName,
  recordInit,
  type StatePlace,
} from '../../../engines/index.ts'
import { tryAgain } from '../../retry.ts'
import { placeState } from '../../state/state-file.ts'
import type { TerraformOptions, TerraformPhase } from './terraform-phase-runner.ts'
import { failureReason, ToolErrors } from './tool-errors.ts'

/** Terraform was asked to do something and said no, or was told to stop. */
export type Step =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'cancelled' }

/** `skipped`: nothing had to be done, as far as could be seen. */
export type Initialised =
  | { readonly kind: 'done'; readonly skipped: boolean }
  | Exclude<Step, { readonly kind: 'done' }>

function statePlace(phase: TerraformPhase, backend: BackendType): StatePlace {
  const { stateFile, workspaceDirectory } = phase.places
  return { backend, file: stateFile, workspaceDirectory }
}

/** Puts the current state where the local backend looks for it, and says what had to give way. */
export async function putState(phase: TerraformPhase): Promise<void> {
  const { places, job, log } = phase
  await mkdir(path.dirname(places.state), { recursive: true, mode: 0o700 })
  const rescued = await placeState(places.state, job.state, places.rescued)
  if (rescued === undefined) return
  log.say(`An earlier run left a state here that was never recorded. It was kept: ${rescued}`)
}

/**
 * Runs `init` unless everything it depends on is as it was at the last one. The override must be
 * in place.
 * @param variables the environment with which the tool will run.
 */
export async function initialise(
  phase: TerraformPhase,
  backend: BackendType,
  variables: Readonly<Record<string, string>>,
): Promise<Initialised> {
  const { places, tool, closure } = phase
  const data = places.data[backend]
  const place = statePlace(phase, backend)
  const inputs = { tool, closure, place, variables }
  const key = await initKey(inputs)
  if (await isInitialised(data, key, inputs)) {
    await assertBackend(data, place)
    return { kind: 'done', skipped: true }
  }
  await forgetInit(data)
  const store = phase.job.providerStore
  if (store !== undefined) await linkProviders(store, data, inputs)
  const backendSet = await setBackend(phase, place, variables)
  if (backendSet.kind !== 'done') return backendSet
  const step = await runInit(phase, initArguments(phase.job.extraArguments?.init), { variables })
  if (step.kind !== 'done') return step
  await assertBackend(data, place)
  await chmod(data, 0o700)
  if (store !== undefined) await keepProviders(store, data)
  // The lock file may be new: the next run will see it as it is now.
  await recordInit(data, await initKey(inputs))
  return { kind: 'done', skipped: false }
}

/**
 * Puts a backend in force without a look at the module: the tool itself writes the settings in an
 * empty directory, and they are moved from there.
 */
async function setBackend(
  phase: TerraformPhase,
  place: StatePlace,
  variables: Readonly<Record<string, string>>,
): Promise<Step> {
  const { places } = phase
  const data = places.data[place.backend]
  await rm(places.probe, { recursive: true, force: true })
  await mkdir(places.probe, { recursive: true, mode: 0o700 })
  await mkdir(data, { recursive: true, mode: 0o700 })
  await writeFile(path.join(places.probe, overrideFileName), overrideContent(place.backend))
  const probeData = path.join(places.probe, 'data')
  const step = await runInit(phase, backendArguments(place), {
    cwd: places.probe,
    variables: { ...variables, TF_DATA_DIR: probeData, TF_WORKSPACE: 'default' },
  })
  if (step.kind === 'done') await rename(backendFile(probeData), backendFile(data))
  await rm(places.probe, { recursive: true, force: true })
  return step
}

/**
 * Runs `init`, and again after a passing failure if the component wants that.
 * @param setting where, and with which environment
 */
export async function runInit(
  phase: TerraformPhase,
  args: readonly string[],
  setting: Pick<TerraformOptions, 'variables' | 'cwd'>,
): Promise<Step> {
  const step = await tryAgain(
    phase,
    (hear) => runInitOnce(phase, args, { ...setting, hear }),
    ({ kind }) => kind === 'failed',
  )
  return step.kind === 'failed' ? (phase.cancellation.outcome ?? step) : step
}

async function runInitOnce(
  phase: TerraformPhase,
  args: readonly string[],
  {
    hear,
    ...setting
  }: Pick<TerraformOptions, 'variables' | 'cwd'> & { readonly hear: (text: string) => void },
): Promise<Step> {
  const said: { readonly text: string; readonly dropped: number }[] = []
  const errors = new ToolErrors()
  const exit = await phase.terraform(args, {
    ...setting,
    onLine: (line) => {
      hear(line.text)
      errors.line(line.text)
      if (said.length < 5000) said.push(line)
    },
  })
  const failed = exit.exitCode !== 0
  // What it tells of success speaks of directories and commands that are not the person's.
  for (const { text, dropped } of said) {
    if (failed || /^- (Install|Download|Using|Reusing|\S+ in )/.test(text))
      phase.log.line(text, dropped)
  }
  const { outcome } = phase.cancellation
  if (outcome !== undefined) return outcome
  if (!failed) return { kind: 'done' }
  return { kind: 'failed', reason: phase.redactor.redact(failureReason('init', exit, errors)) }
}
