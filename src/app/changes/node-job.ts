import path from 'node:path'
import type { Resolution } from '../../manifest/index.ts'
import { isRemoteModule, type Job } from '../../runner/index.ts'
import type { ProtectRules } from '../../runs/index.ts'
import {
  refuseUnadoptedModule,
  refuseUnsafe,
  refuseWithoutConfiguration,
} from '../runs/refusals.ts'
import { workDirectoryOf } from '../runs/work-directory.ts'
import { fetchModule } from './change-runs.ts'
import type { ChangeWork, WorkNode } from './change-work.ts'
import type { SiteNode } from './site.ts'
import { workflowOf } from './workflow-of-node.ts'

/**
 * All that a runner needs for one phase of a workspace of a change.
 * @throws AppError when the workspace must not be planned: unknown run, state at risk, a state of its
 *   own that was not taken over, no configuration
 */
export async function nodeJob(
  work: ChangeWork,
  node: WorkNode,
  resolution: Resolution,
  { phase, provisional }: { readonly phase: 'plan' | 'apply'; readonly provisional: boolean },
): Promise<Job> {
  const { context, change } = work
  const { definition, workspace, run } = node
  const { component, environment } = definition
  await refuseUnsafe(context, workspace)
  const at = siteNode(work, node)
  const root = await context.site.root(at)
  const directory = await directoryOf(work, node, { main: resolution.main, root })
  const workflow = await workflowOf(work, node)
  const { environment: programs, secrets } = await context.site.environment(at, phase)
  const current = await context.state.currentBytes(workspace.id)
  const settings = component.terraform
  if (node.kind === 'terraform') {
    if (change.operation !== 'destroy') await refuseWithoutConfiguration(directory)
    if (current === undefined && settings?.state !== 'own') {
      await refuseUnadoptedModule(context, {
        name: node.name,
        directory,
        tool: settings?.tool,
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
    environment: programs,
    cacheDirectory: context.config.dataHome,
    variables: {},
    variableFiles: [],
    varFiles: resolution.varFiles,
    inputs: resolution.inputs,
    secrets: [...resolution.secrets, ...secrets],
    state: current?.bytes,
    protect: protectionOf(node),
    command: node.kind === 'run' ? resolution.main : undefined,
    hooks: { before: resolution.before, after: resolution.after },
    ...(workflow === undefined ? {} : { workflow }),
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
    install: context.site.install,
  }
}

/** What was protected stays protected, whatever the commit says. */
function protectionOf({ definition, platform }: WorkNode): ProtectRules {
  const { component, environment } = definition
  const guard = platform.guards?.components.get(component.name)
  const types = platform.guards?.environments.get(environment.name)?.protect ?? []
  return {
    component: component.protect || guard?.protect === true,
    types: [...new Set([...environment.protect, ...types])],
    addresses: [],
  }
}

/** Where a workspace of a change is executed. */
export function siteNode({ change }: ChangeWork, { workspace, platform }: WorkNode): SiteNode {
  const { commit, repositoryRoot } = platform.location
  return {
    changeId: change.id,
    projectId: change.projectId,
    workspace,
    commit,
    repositoryRoot,
    isTrusted: change.options.untrusted !== true,
  }
}

async function directoryOf(
  { context }: ChangeWork,
  { kind, run }: WorkNode,
  { main, root }: { readonly main: string; readonly root: string },
): Promise<string> {
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
