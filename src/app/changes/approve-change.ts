import type { ChangeNode, ChangeView } from '../../changes/index.ts'
import { conflict } from '../../platform/errors.ts'
import type { Context } from '../context.ts'
import type { ApproveChangeRequest } from './change-requests.ts'

export interface ApprovedChange {
  readonly view: ChangeView
  /** Names of the workspaces whose plans were approved. */
  readonly approved: readonly string[]
}

/**
 * Agrees to the plans of a change as they are now: of all of it, of environments, or of workspaces. A
 * provisional plan's approval holds for the real one only if nothing that was known turns out different.
 * @throws AppError `conflict` when there is nothing to approve, or protected resources would end and no
 *   reason is given
 */
export async function approveChange(
  context: Context,
  request: ApproveChangeRequest,
): Promise<ApprovedChange> {
  const { changes, runs } = context
  const view = await changes.view(request.changeId)
  const asked = view.nodes.filter((node) => isAsked(request, node))
  const planned = asked.flatMap((node) =>
    node.run?.status === 'planned' ? [{ name: node.name, run: node.run }] : [],
  )
  if (planned.length === 0) throw nothingToApprove(view, request, asked)
  const guarded = planned.filter(({ run }) => (run.summary?.protected.length ?? 0) > 0)
  if (guarded.length > 0 && (request.override ?? '').trim() === '') {
    const names = guarded.map(({ name }) => name).join(', ')
    throw conflict(`protected resources would end in ${names}`, {
      details: { protected: guarded.flatMap(({ run }) => run.summary?.protected ?? []) },
      next: `Leave them out, or if that is wanted: --override "why"`,
    })
  }
  for (const { name, run } of planned) {
    const digest = request.digests?.[name] ?? (await runs.plan(run.id))?.digest
    if (digest === undefined) continue
    const ends = (run.summary?.protected.length ?? 0) > 0
    await runs.approve(run.id, {
      digest,
      actor: request.actor,
      ...(request.personId === undefined ? {} : { personId: request.personId }),
      ...(ends && request.override !== undefined ? { overrideReason: request.override } : {}),
    })
  }
  return { view: await changes.view(request.changeId), approved: planned.map(({ name }) => name) }
}

function isAsked({ environments, workspaces }: ApproveChangeRequest, node: ChangeNode): boolean {
  if (environments !== undefined && !environments.includes(node.environment)) return false
  return workspaces === undefined || workspaces.includes(node.name)
}

function nothingToApprove(
  { change }: ChangeView,
  { environments }: ApproveChangeRequest,
  asked: readonly ChangeNode[],
) {
  const where = environments === undefined ? '' : ` in ${environments.join(', ')}`
  const deferred = asked.filter((node) => node.result === 'deferred')
  return conflict(`change-${change.id} has no plan${where} that waits for an approval`, {
    next:
      deferred.length > 0
        ? `${deferred.map((node) => node.name).join(', ')} can be planned and approved when what they wait for is applied: portolan resume change-${change.id}`
        : `See where it stands: portolan status change-${change.id}`,
  })
}
