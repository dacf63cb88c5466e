import type { ApplyChangeRequest } from '../../app/changes/change-requests.ts'
import { slots } from '../../app/changes/slots.ts'
import type { ChangeEnvironment, ChangeNode, ChangeView } from '../../changes/index.ts'
import { parallelOf } from './change-flags.ts'
import { type ChangeSession, only } from './change-session.ts'

export interface CarryOutOptions {
  /** Go no further than these environments. */
  readonly environments: readonly string[] | undefined
  /** Start again at what failed, was cancelled or was blocked. */
  readonly retry: boolean
  /** Its plans were made by this very command: nobody can have approved any of them before. */
  readonly isNew: boolean
}

/** Applies what can be applied now, by one call of the driver. */
export async function applyStep(
  { call, place, screen }: ChangeSession,
  view: ChangeView,
  step: Pick<ApplyChangeRequest, 'environments' | 'retry' | 'approve'>,
): Promise<ChangeView> {
  const { flags } = call
  screen.begin({ goal: 'apply', limit: slots(parallelOf(flags)) })
  return place.services.work.applyChange(
    {
      location: place.location,
      manifest: place.manifest,
      changeId: view.change.id,
      environments: step.environments,
      approve: step.approve,
      override: flags.override,
      parallel: parallelOf(flags),
      failFast: flags.failFast === true,
      retry: step.retry,
    },
    screen.watch,
  )
}

/** The part of a change that a call is about. */
export function askedPart(
  view: ChangeView,
  { environments }: Pick<CarryOutOptions, 'environments'>,
): ChangeView {
  return only(view, (node) => environments?.includes(node.environment) ?? true)
}

/** Its environments, in the order in which they come. */
export function environmentsOf(view: ChangeView): ChangeEnvironment[] {
  const all = view.environments.toSorted((a, b) => a.order - b.order)
  return view.change.operation === 'destroy' ? all.reverse() : all
}

/** Names the plan of a workspace: another one is made when it is planned again. */
export function planOf({ run, name }: ChangeNode): string {
  return `${name} ${run?.id ?? ''} ${run?.plannedAt?.getTime() ?? ''}`
}

/** Where everything stands, to see whether anything moved. */
export function standing(view: ChangeView): string {
  return view.nodes.map((node) => `${planOf(node)} ${node.result}`).join('\n')
}

/** Whether somebody must approve by a command of its own. */
export function isGated({ gate }: ChangeEnvironment): boolean {
  return (gate?.approvals ?? 0) > 0
}
