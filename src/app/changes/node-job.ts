import path from 'node:path'
import type { Resolution } from '../../manifest/index.ts'
import { isRemoteModule, type Job } from '../../runner/index.ts'
import {
  refuseUnadoptedModule,
  refuseUnsafe,
  refuseWithoutConfiguration,
} from '../runs/refusals.ts'
import { workDirectoryOf } from '../runs/work-directory.ts'
import { fetchModule } from './change-runs.ts'
import type { ChangeWork, WorkNode } from './change-work.ts'

/**
 * All that a runner needs for one phase of a workspace of a change.
 * @throws AppError when the workspace must not be planned: unknown run, state at risk, a state of its
 *   own that was not taken over, no configuration
 */
export async function nodeJob(
  work: ChangeWork,
  node: WorkNode,
  resolution: Resolution,
  { provisional }: { readonly provisional: boolean },
): Promise<Job> {
  const { context, change } = work
  const { definition, platform, workspace, run } = node
  const { component, environment } = definition
  await refuseUnsafe(context, workspace)
  const root = platform.location.repositoryRoot
  const directory = await directoryOf(work, node, resolution)
  const current = await context.state.currentBytes(workspace.id)
  const settings = component.terraform
  if (node.kind === 'terraform') {
    if (change.operation !== 'destroy') await refuseWithoutConfiguration(directory)
    if (current === undefined && settings?.state !== 'own') {
      await refuseUnadoptedModule(context, {
        name: node.name,
        directory,
        terraformWorkspace: resolution.terraformWorkspace,
      })
    }
  }
  return {
    runId: run.id,
    kind: node.kind,
    operation: run.operation,
    options: run.options,
    workspace: { component: component.name, environment: environment.name },
    repositoryRoot: root,
    directory,
    workDirectory: workDirectoryOf(context, workspace),
    providerStore: path.join(context.config.dataHome, 'providers'),
    terraformWorkspace: resolution.terraformWorkspace,
    environment: { kind: 'user', variables: context.config.environment },
    cacheDirectory: context.config.dataHome,
    variables: {},
    variableFiles: [],
    varFiles: resolution.varFiles,
    inputs: resolution.inputs,
    secrets: resolution.secrets,
    state: current?.bytes,
    protect: { component: component.protect, types: environment.protect, addresses: [] },
    command: node.kind === 'run' ? resolution.main : undefined,
    hooks: { before: resolution.before, after: resolution.after },
    outputs: component.outputs,
    timeoutSeconds: component.timeoutSeconds,
    retry: component.retry,
    once: component.once,
    force: change.options.force,
    unfinished: await isUnfinished(work, node),
    provisional,
    sourceDigest: node.sourceDigest,
    ownState: settings?.state === 'own',
    tool: settings?.tool,
    terraformVersion: settings?.terraformVersion,
  }
}

async function directoryOf(
  { context }: ChangeWork,
  { kind, platform, run }: WorkNode,
  { main }: Resolution,
): Promise<string> {
  const root = platform.location.repositoryRoot
  if (kind !== 'terraform') return root
  if (!isRemoteModule(main)) return path.resolve(root, main)
  return (await fetchModule(context.config, main, run.source.moduleCommit)).directory
}

/** The last run here did not end well: what it left half done is to be done, though nothing differs. */
async function isUnfinished({ context }: ChangeWork, { workspace, run }: WorkNode) {
  const recent = await context.runs.list(workspace.id, { limit: 5 })
  const last = recent.find((one) => one.id !== run.id && one.applyingAt !== undefined)
  return last !== undefined && (last.status === 'failed' || last.status === 'cancelled')
}
