import type { TaskEnd } from '../../changes/index.ts'
import type { Resolution } from '../../manifest/index.ts'
import { AppError } from '../../platform/errors.ts'
import { isFinal, type Run } from '../../runs/index.ts'
import { type PhaseRequest, planPhase } from '../runs/run-phase.ts'
import type { RunWatch } from '../runs/run-watch.ts'
import { type ChangeWork, notice, tell, type WorkNode } from './change-work.ts'
import { lookUpOutputs } from './known-outputs.ts'
import { nodeJob } from './node-job.ts'

/**
 * Plans a workspace of a change with what is known of its inputs now: really, provisionally, or not
 * yet. A definition that cannot be resolved fails its run, and no other.
 */
export async function planNode(work: ChangeWork, node: WorkNode): Promise<TaskEnd> {
  const { runs } = work.context
  if (node.result === 'skipped') return 'ok'
  const resolution = await resolveNode(work, node)
  if (resolution instanceof AppError) return planWith(work, node, resolution)
  if (resolution.impossible !== undefined) {
    const run = await runs.skip(node.run.id, resolution.impossible)
    tell(work, node, { run, result: 'skipped', because: resolution.impossible })
    return 'ok'
  }
  if (resolution.certainty === 'unknown') {
    const because = `waits for ${resolution.waitsFor.join(', ')}`
    const run = await runs.wait(node.run.id, because)
    tell(work, node, { run, result: 'deferred', because })
    return 'ok'
  }
  return planWith(work, node, resolution)
}

/** Its definition with the values of this moment; the error when that is wrong. */
export async function resolveNode(
  work: ChangeWork,
  node: WorkNode,
): Promise<Resolution | AppError> {
  try {
    const { id, actor } = node.run
    const lookup = await lookUpOutputs(work, node)
    return node.platform.resolver.resolve(node.definition, lookup, { id, actor })
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

async function planWith(
  work: ChangeWork,
  node: WorkNode,
  resolution: Resolution | AppError,
): Promise<TaskEnd> {
  const provisional = !(resolution instanceof AppError) && resolution.certainty === 'planned'
  const makeJob = async () => {
    if (resolution instanceof AppError) throw resolution
    return nodeJob(work, node, resolution, { phase: 'plan', provisional })
  }
  const request = { workspace: node.workspace, run: node.run, makeJob }
  const leave = await work.context.site.place(work.watch.cancelled)
  tell(work, node, { result: 'planning' })
  const run = await planOrEnded(work, node, request).finally(leave)
  tell(work, node, planned(run, provisional ? provisionalBecause(resolution) : undefined))
  return run.status === 'planned' || run.status === 'unchanged' ? 'ok' : 'failed'
}

/** A newer change, or a person, may have ended the run before its turn came. */
async function planOrEnded(work: ChangeWork, node: WorkNode, request: PhaseRequest): Promise<Run> {
  try {
    return await planPhase(work.context, request, watchNode(work, node, 'plan'))
  } catch (error) {
    const run = await work.context.runs.get(node.run.id)
    if (error instanceof AppError && isFinal(run.status)) return run
    throw error
  }
}

function provisionalBecause(resolution: Resolution | AppError): string {
  const waitsFor = resolution instanceof AppError ? [] : resolution.waitsFor
  return waitsFor.length === 0
    ? 'made from planned values'
    : `made from planned values of ${waitsFor.join(', ')}`
}

function planned(run: Run, provisional: string | undefined) {
  switch (run.status) {
    case 'planned':
      return provisional === undefined
        ? ({ run, result: 'planned' } as const)
        : ({ run, result: 'provisional', because: provisional } as const)
    case 'unchanged':
      return { run, result: 'unchanged' } as const
    case 'cancelled':
    case 'closed':
      return { run, result: 'cancelled', because: run.reason } as const
    default:
      return { run, result: 'failed', because: run.reason } as const
  }
}

/** Passes on what one run of a change says. */
export function watchNode(work: ChangeWork, node: WorkNode, phase: 'plan' | 'apply'): RunWatch {
  const { watch, change } = work
  const head = () => ({
    at: new Date(),
    change: change.id,
    workspace: node.name,
    run: node.run.id,
  })
  return {
    changed: () => undefined,
    output: (text) => watch.event({ ...head(), event: 'log', phase, text }),
    progress: ({ address, status, action, seconds }) =>
      watch.event({ ...head(), event: 'progress', address, status, action, seconds }),
    notice: (sentence) => notice(work, node.name, sentence),
    cancelled: watch.cancelled,
    forced: watch.forced,
  }
}
