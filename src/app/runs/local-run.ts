import path from 'node:path'
import { findTool } from '../../engines/index.ts'
import { conflict } from '../../platform/errors.ts'
import type { Location, Workspace } from '../../projects/index.ts'
import { type ForeignModule, type Job, noHooks } from '../../runner/index.ts'
import type { Operation, Run, RunOptions } from '../../runs/index.ts'
import type { Context } from '../context.ts'
import { endDeadRuns } from './dead-runs.ts'
import { openInputs, type RunInputs, removeInputs, sealInputs } from './input-file.ts'
import { refuseUnadopted, refuseUnsafe, refuseWithoutConfiguration } from './refusals.ts'
import { applyPhase, factsNow, planPhase } from './run-phase.ts'
import type { RunWatch } from './run-watch.ts'
import { workDirectoryOf } from './work-directory.ts'

export type { RunWatch } from './run-watch.ts'

export interface PlanRequest {
  readonly location: Location
  readonly workspace: Workspace
  readonly operation: Operation
  readonly options: RunOptions
  readonly inputs: RunInputs
}

export interface ApplyRequest {
  readonly location: Location
  readonly workspace: Workspace
  readonly run: Run
}

/**
 * Plans in this process, in the person's own working tree and environment.
 * @throws AppError when the workspace must not be planned: unknown run, state at risk, a state of
 *   its own that was not taken over
 */
export async function planLocally(
  context: Context,
  request: PlanRequest,
  watch: RunWatch,
): Promise<Run> {
  const { location, workspace, inputs, operation, options } = request
  const { runs } = context
  if (operation !== 'destroy') await refuseWithoutConfiguration(location.directory)
  await endDeadRuns(context)
  await refuseUnsafe(context, workspace)
  const tool = await findTool(
    context.config.environment,
    location.directory,
    context.config.dataHome,
  )
  await refuseUnadopted(context, { location, workspace, tool })
  const created = await runs.create({
    workspaceId: workspace.id,
    operation,
    actor: location.actor,
    source: {
      directory: location.directory,
      commit: location.commit,
      branch: location.branch,
      dirty: location.dirty,
    },
    options,
  })
  watch.changed(created)
  const makeJob = () => jobOf(context, { location, workspace, run: created, inputs })
  return planPhase(context, { workspace, run: created, makeJob }, watch, async (outcome) => {
    if (outcome.kind !== 'planned' || !outcome.changes) return
    await sealInputs(context, { workspace, run: created }, inputs)
  })
}

/**
 * Applies the plan that a run keeps. Everything that the approval binds is looked at again before.
 * @throws AppError `conflict` or `locked` when a requirement is not met
 */
export async function applyLocally(
  context: Context,
  request: ApplyRequest,
  watch: RunWatch,
): Promise<Run> {
  const { location, workspace, run } = request
  const inputs = await openInputs(context, { workspace, run })
  const job = await jobOf(context, { location, workspace, run, inputs })
  const plan = await context.runs.plan(run.id)
  if (plan === undefined) throw conflict(`run-${run.id} has no plan`)
  const facts = await factsNow(plan, job)
  const finished = await applyPhase(context, { workspace, run, job, facts }, watch)
  await removeInputs(context, { workspace, run })
  return finished
}

async function jobOf(
  context: Context,
  { location, workspace, run, inputs }: ApplyRequest & { readonly inputs: RunInputs },
): Promise<Job> {
  const current = await context.state.currentBytes(workspace.id)
  return {
    ...unmanagedJob,
    runId: run.id,
    operation: run.operation,
    options: run.options,
    workspace,
    repositoryRoot: location.repositoryRoot,
    directory: location.directory,
    workDirectory: workDirectoryOf(context, workspace),
    providerStore: path.join(context.config.dataHome, 'providers'),
    cacheDirectory: context.config.dataHome,
    terraformWorkspace: workspace.environment,
    environment: { kind: 'user', variables: context.config.environment },
    variables: inputs.variables,
    variableFiles: inputs.variableFiles,
    state: current?.bytes,
  }
}

/** What a root module asks for of which no manifest says anything. */
const unmanagedJob = {
  kind: 'terraform',
  inputs: {},
  varFiles: [],
  secrets: [],
  command: undefined,
  hooks: noHooks,
  outputs: new Map(),
  timeoutSeconds: undefined,
  retry: undefined,
  once: false,
  force: false,
  unfinished: false,
  provisional: false,
  sourceDigest: undefined,
  tool: undefined,
  terraformVersion: undefined,
  ownState: false,
} as const satisfies Partial<Job>

/** Where to read what the module's own backend holds. */
export function foreignModule(
  context: Pick<Context, 'config' | 'dataDirectory'>,
  { location, workspace }: Pick<ApplyRequest, 'location' | 'workspace'>,
): ForeignModule {
  return {
    directory: location.directory,
    workDirectory: workDirectoryOf(context, workspace),
    terraformWorkspace: workspace.environment,
    environment: { kind: 'user', variables: context.config.environment },
  }
}
