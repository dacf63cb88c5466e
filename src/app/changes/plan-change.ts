import { type ChangeView, createSchedule } from '../../changes/index.ts'
import { isFinal } from '../../runs/index.ts'
import type { Context } from '../context.ts'
import { endDeadRuns } from '../runs/dead-runs.ts'
import { endChange, recordBlocked, tellGraph } from './change-events.ts'
import { platformOf } from './change-platform.ts'
import type { PlanChangeRequest } from './change-requests.ts'
import { type ChangeWatch, STAYS_OPEN } from './change-watch.ts'
import { type ChangeWork, openWork } from './change-work.ts'
import { type CreatedChange, createChange } from './create-change.ts'
import { recordEvents } from './event-recorder.ts'
import { planNode } from './plan-node.ts'
import { slots } from './slots.ts'
import { workOff } from './work-off.ts'

/**
 * Makes a change of the selected workspaces and plans all of it, each workspace as soon as those that
 * it needs are planned.
 * @throws AppError `invalid` for a manifest that is wrong, `conflict` when something that is needed is
 *   neither selected nor applied
 */
export async function planChange(
  context: Context,
  request: PlanChangeRequest,
  watch: ChangeWatch,
): Promise<ChangeView> {
  await endDeadRuns(context)
  const platform = await platformOf(context.config, request, request.set)
  return planCreated(context, await createChange(context, request, platform), request, watch)
}

/** Plans a change that is recorded, as far as it is not planned yet. */
export async function planCreated(
  context: Context,
  { view, platforms }: CreatedChange,
  request: Pick<PlanChangeRequest, 'parallel' | 'failFast'>,
  watch: ChangeWatch,
): Promise<ChangeView> {
  const recorder = recordEvents(context, view.change.id, watch)
  const work = openWork(context, view, platforms, recorder.watch)
  try {
    await tellGraph(work)
    await planAll(work, request)
    if (watch.cancelled.aborted && watch.cancelled.reason !== STAYS_OPEN) {
      await cancelOpen(context, view.change.id, platforms.own.location.actor)
    }
    return await endChange(work)
  } finally {
    await recorder.flush()
  }
}

/** Somebody may have cancelled it as a whole already. */
async function cancelOpen(context: Context, id: number, actor: string): Promise<void> {
  const { status } = await context.changes.get(id)
  if (status === 'open') await context.changes.cancel(id, actor)
}

async function planAll(
  work: ChangeWork,
  { parallel, failFast }: Pick<PlanChangeRequest, 'parallel' | 'failFast'>,
): Promise<void> {
  const schedule = createSchedule({
    tasks: [...work.nodes.values()].map((node) => ({
      id: node.name,
      needs: isFinal(node.run.status) ? [] : node.needs.map((need) => need.name),
      group: node.workspace.environment,
      seconds: undefined,
    })),
    limit: slots(parallel),
    groupLimits: new Map(),
  })
  await workOff(schedule, work.watch.cancelled, async (name) => {
    const node = work.nodes.get(name)
    const end = node === undefined ? 'ok' : await planNode(work, node)
    if (end === 'failed' && failFast) schedule.failFast()
    return end
  })
  await recordBlocked(work, schedule.blocked)
}
