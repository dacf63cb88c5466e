import { isDeepStrictEqual } from 'node:util'
import { isCustom, type Workflow } from '../../manifest/index.ts'
import { conflict, forbidden } from '../../platform/errors.ts'
import type { JobWorkflow } from '../../runner/index.ts'
import type { ChangeWork, WorkNode } from './change-work.ts'

/**
 * The workflow of a workspace's job. What others wrote is run on a server only where its project permits
 * that, and only as the base branch has it.
 * @throws AppError `forbidden`, or `conflict` for commands that are new in the commit
 */
export async function workflowOf(
  work: ChangeWork,
  node: WorkNode,
): Promise<JobWorkflow | undefined> {
  const { workflow } = node.definition.component
  if (workflow === undefined) return undefined
  if (work.context.site.isShared && isCustom(workflow)) await refuseForeign(work, node, workflow)
  return { plan: workflow.plan, apply: workflow.apply, variables: variablesOf(work, node) }
}

async function refuseForeign(
  { context, change }: ChangeWork,
  { name, definition, platform }: WorkNode,
  workflow: Workflow,
): Promise<void> {
  const { settings, kind } = await context.forges.setUp(change.projectId)
  if (!settings.customWorkflows) {
    throw forbidden(
      `${name} has a workflow, \`${workflow.name}\`, with commands of its own, which are not run here`,
      {
        next:
          kind === 'git'
            ? 'A project of plain git cannot permit them: take them out of the workflow.'
            : `Who administers the project permits them: portolan project host ${platform.location.project} ${kind} --custom-workflows`,
      },
    )
  }
  if (platform.guards === undefined) return
  const base = platform.guards.components.get(definition.component.name)?.workflow
  if (base !== undefined && isDeepStrictEqual(stepsOf(base), stepsOf(workflow))) return
  throw conflict(`the workflow \`${workflow.name}\` of ${name} is not the one of the base branch`, {
    next: 'Its commands are run once they are merged: propose them by themselves first.',
  })
}

function stepsOf({ plan, apply }: Workflow) {
  return { plan, apply }
}

/** What of the change Atlantis's steps may ask for, as far as it is known. */
function variablesOf(
  { change }: ChangeWork,
  { definition }: WorkNode,
): Readonly<Record<string, string>> {
  const { source, pullRequest } = change
  const { component } = definition
  const known = {
    PROJECT_NAME: component.atlantis?.name ?? '',
    USER_NAME: change.actor,
    HEAD_BRANCH_NAME: source.branch,
    HEAD_COMMIT: pullRequest?.head ?? source.commit,
    PULL_NUM: pullRequest === undefined ? undefined : String(pullRequest.number),
  }
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
