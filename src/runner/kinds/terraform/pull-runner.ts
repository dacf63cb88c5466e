import { mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import {
  backendInForce,
  describeModule,
  holdOverride,
  type OwnBackend,
  readClosure,
  secretVariables,
  strayLocalStates,
  type Tool,
  toolVariables,
} from '../../../engines/index.ts'
import { conflict, unavailable } from '../../../platform/errors.ts'
import { claim } from '../../../platform/process/claim.ts'
import { type CommandResult, runCommand } from '../../../platform/process/process.ts'
import { createRedactor } from '../../../secrets/index.ts'
import type { Job } from '../../job.ts'
import { pulledState } from './state/pulled-state.ts'
import { type TerraformPlaces, terraformPlacesIn } from './terraform-places.ts'
import { failureReason, ToolErrors } from './tool-errors.ts'

/** A root module that may keep its state in a backend of its own. */
export type ForeignModule = Pick<
  Job,
  'directory' | 'workDirectory' | 'terraformWorkspace' | 'environment'
>

export interface PullOptions {
  /** Values or files of `-backend-config`, for a backend that is only partly configured. */
  readonly backendConfig?: readonly string[]
  readonly signal?: AbortSignal
}

/**
 * Reads the state that a module keeps in its own backend, to take it over. The person's own
 * `.terraform` is used when it is initialised for that backend; otherwise the backend is
 * initialised in a directory of Portolan's.
 * @returns the bytes that `state pull` prints; undefined when the backend has no state.
 * @throws AppError `unavailable` with what the tool said.
 */
export async function pullForeignState(
  job: ForeignModule,
  tool: Tool,
  options: PullOptions = {},
): Promise<Buffer | undefined> {
  const signal = options.signal ?? new AbortController().signal
  const places = terraformPlacesIn(job.workDirectory, job.terraformWorkspace)
  await mkdir(places.root, { recursive: true, mode: 0o700 })
  const held = await claim(places.claims, { signal })
  try {
    const override = await holdOverride(
      job.directory,
      { backend: 'own' },
      { signal, onWait: () => {} },
    )
    try {
      return await pull({ job, tool, places, backendConfig: options.backendConfig ?? [] })
    } finally {
      await override.release()
    }
  } finally {
    await held.release()
  }
}

interface Pull {
  readonly job: ForeignModule
  readonly tool: Tool
  readonly places: TerraformPlaces
  readonly backendConfig: readonly string[]
}

async function pull(context: Pull): Promise<Buffer | undefined> {
  const { job, tool, places } = context
  const { root } = await readClosure(job.directory, tool.name)
  const own = path.join(job.directory, '.terraform')
  const inForce = await backendInForce(own)
  const wanted = root.backend.kind === 'none' ? [undefined, 'local'] : [typeOf(root.backend)]
  const isInitialised = context.backendConfig.length === 0 && wanted.includes(inForce?.type)
  if (isInitialised) {
    const result = await run(context, own, ['state', 'pull'])
    if (result.exitCode === 0) return pulledState(result.stdout)
  }
  if (typeOf(root.backend) === 'local') return readLocalState(job, tool)
  const stray = await strayLocalStates(job.directory)
  if (stray[0] !== undefined) {
    throw conflict(
      `${stray[0].file} holds a state too, which \`${tool.name} init\` would want to migrate`,
      { next: `Move the file away, or run \`${tool.name} init\` yourself first.` },
    )
  }
  const data = places.data.own
  await rm(data, { recursive: true, force: true })
  const flags = context.backendConfig.map((value) => `-backend-config=${value}`)
  const init = await run(context, data, ['init', '-input=false', '-no-color', ...flags])
  if (init.exitCode !== 0) throw refusal(context, 'init', init)
  const result = await run(context, data, ['state', 'pull'])
  if (result.exitCode !== 0) throw refusal(context, 'state pull', result)
  return pulledState(result.stdout)
}

async function readLocalState(job: ForeignModule, tool: Tool): Promise<Buffer | undefined> {
  const { localStates } = await describeModule(job.directory, tool.name)
  const found = localStates.find((state) => state.terraformWorkspace === job.terraformWorkspace)
  return found === undefined ? undefined : readFile(found.file)
}

function typeOf(backend: OwnBackend): string {
  if (backend.kind === 'cloud') return 'cloud'
  return backend.kind === 'backend' ? backend.type : 'local'
}

async function run(
  context: Pull,
  dataDirectory: string,
  args: readonly string[],
): Promise<CommandResult> {
  const { job, tool, places } = context
  const { TF_WORKSPACE: workspace, ...variables } = toolVariables(job.environment, {
    dataDirectory,
    home: places.home,
    temporary: places.temporary,
    terraformWorkspace: job.terraformWorkspace,
  })
  // A `cloud` block may name its workspace itself and then takes no other.
  const env =
    workspace === undefined || workspace === 'default'
      ? variables
      : { ...variables, TF_WORKSPACE: workspace }
  return runCommand(tool.path, args, { cwd: job.directory, env })
}

function refusal(context: Pull, command: string, result: CommandResult) {
  const redactor = createRedactor(secretVariables(context.job.environment.variables, []))
  const errors = new ToolErrors()
  for (const line of result.stderr.split('\n')) errors.line(line)
  return unavailable(redactor.redact(failureReason(command, result, errors)), {
    next: `See what \`${context.tool.name} ${command}\` says in ${context.job.directory}.`,
  })
}
