import { type ChangeView, createSchedule, type TaskEnd } from '../../changes/index.ts'
import { conflict } from '../../platform/errors.ts'
import { isFinal } from '../../runs/index.ts'
import type { Context } from '../context.ts'
import { endDeadRuns } from '../runs/dead-runs.ts'
import { applyNode, type Held } from './apply-node.ts'
import { endChange, recordBlocked, tellGraph, tellWaiting } from './change-events.ts'
import { platformOf } from './change-platform.ts'
import type { ApplyChangeRequest } from './change-requests.ts'
import { digestOf } from './change-runs.ts'
import type { ChangeWatch } from './change-watch.ts'
import { type ChangeWork, openWork, type WorkNode } from './change-work.ts'
import { recordEvents } from './event-recorder.ts'
import { platformsOf } from './orphans.ts'
import { slots } from './slots.ts'
import { workOff } from './work-off.ts'

/**
 * Applies a change as far as its gates allow: each workspace as soon as what it needs is applied,
 * environment after environment.
 * @throws AppError `conflict` when the change is over, or the files are not those that were planned
 */
export async function applyChange(
  context: Context,
  request: ApplyChangeRequest,
  watch: ChangeWatch,
): Promise<ChangeView> {
  await endDeadRuns(context)
  const { changes } = context
  const { actor } = request.location
  refuseOver(await changes.view(request.changeId))
  if (request.retry) await changes.restart(request.changeId, { actor })
  const view = await changes.view(request.changeId)
  const platform = await platformOf(context.config, request, view.change.options.set)
  const recorder = recordEvents(context, view.change.id, watch)
  const platforms = await platformsOf(context, view, platform)
  const work = openWork(context, view, platforms, recorder.watch)
  await refuseMoved(work)
  try {
    await tellGraph(work)
    const held = await applyAll(work, request)
    tellWaiting(work, held)
    return await endChange(work)
  } finally {
    await recorder.flush()
  }
}

function refuseOver({ change }: ChangeView): void {
  if (change.status === 'open') return
  const why = change.closedBecause === undefined ? '' : `: ${change.closedBecause}`
  throw conflict(`change-${change.id} is ${change.status}${why}`, {
    next: 'Make a new change: portolan plan',
  })
}

/** What is applied is what was planned: other files are another change. */
async function refuseMoved(work: ChangeWork): Promise<void> {
  const recorded = new Map(
    (await work.context.changes.view(work.change.id)).nodes.map((node) => [node.name, node]),
  )
  const digests = new Map<string, Promise<string>>()
  const moved: string[] = []
  for (const node of work.nodes.values()) {
    const then = recorded.get(node.name)
    if (then === undefined || isFinal(node.run.status)) continue
    const { component } = node.workspace
    const { source } = node.run
    const key = [node.platform.location.repositoryRoot, component, source.moduleCommit].join('\n')
    const digest =
      digests.get(key) ?? digestOf(work.context.config, node.platform, { component, source })
    digests.set(key, digest)
    const same =
      then.sourceDigest === (await digest) && then.definitionDigest === node.definition.digest
    if (!same) moved.push(node.name)
  }
  if (moved.length === 0) return
  const commit = work.change.source.commit?.slice(0, 10)
  throw conflict(
    `change-${work.change.id} was planned with other files: ${moved.slice(0, 5).join(', ')} differ${moved.length === 1 ? 's' : ''} now`,
    {
      details: { moved },
      next: `Make a new change: portolan plan${commit === undefined || work.change.source.dirty ? '' : `\nOr go back to what was planned: git checkout ${commit}`}`,
    },
  )
}

const BARRIER = 'environment '

/** Works off all workspaces; returns what waits for somebody. */
async function applyAll(work: ChangeWork, request: ApplyChangeRequest): Promise<readonly Held[]> {
  const held: Held[] = []
  const environments = [...work.environments.values()]
  const schedule = createSchedule({
    tasks: [...(await nodeTasks(work)), ...barriers(work)],
    limit: slots(request.parallel),
    groupLimits: new Map(
      environments.flatMap(({ name, concurrency }) =>
        concurrency === undefined ? [] : [[name, concurrency] as const],
      ),
    ),
  })
  const policy = {
    actor: request.location.actor,
    personId: request.personId,
    approve: request.approve,
    override: request.override,
  }
  await workOff(schedule, work.watch.cancelled, async (id): Promise<TaskEnd> => {
    const node = work.nodes.get(id)
    if (node === undefined) return 'ok'
    const end = isAsked(request, node)
      ? await applyNode(work, node, policy, (one) => held.push(one))
      : endOfOthers(node)
    if (end === 'failed' && request.failFast) schedule.failFast()
    return end
  })
  await recordBlocked(work, schedule.blocked)
  return held
}

function isAsked(
  { environments, workspaces }: ApplyChangeRequest,
  { name, workspace }: WorkNode,
): boolean {
  if (workspaces !== undefined && !workspaces.includes(name)) return false
  return environments === undefined || environments.includes(workspace.environment)
}

/** Of environments that this call leaves alone only what is done counts. */
function endOfOthers({ result }: WorkNode): TaskEnd {
  return result === 'applied' || result === 'unchanged' || result === 'skipped' ? 'ok' : 'held'
}

async function nodeTasks(work: ChangeWork) {
  const { context, change, environments } = work
  const nodes = [...work.nodes.values()]
  const expected = await context.changes.expectedSeconds(
    nodes.map((node) => node.workspace.id),
    change.operation,
  )
  return nodes.map((node) => {
    const { environment, id } = node.workspace
    const after = environments.get(environment)?.after
    const isPromoted =
      change.operation === 'apply' && after !== undefined && environments.has(after)
    const barrier = isPromoted ? [BARRIER + after] : []
    const needs = node.needs.map((need) => need.name).filter((name) => work.nodes.has(name))
    return {
      id: node.name,
      // What has ended waits for nothing any more, and nothing can block it.
      needs: isFinal(node.run.status) ? [] : [...needs, ...barrier],
      group: environment,
      seconds: expected.get(id)?.apply,
    }
  })
}

/** An environment that comes after another one starts when all of that is applied. */
function barriers(work: ChangeWork) {
  return [...work.environments.values()].map(({ name, after }) => ({
    id: BARRIER + name,
    needs: [
      ...[...work.nodes.values()]
        .filter((node) => node.workspace.environment === name)
        .map((node) => node.name),
      ...(after === undefined || !work.environments.has(after) ? [] : [BARRIER + after]),
    ],
    group: BARRIER,
    seconds: 0,
  }))
}
