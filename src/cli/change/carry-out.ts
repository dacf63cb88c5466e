import type { PlanChangeRequest } from '../../app/changes/change-requests.ts'
import { type ChangeView, changeName } from '../../changes/index.ts'
import { type Call, exit } from '../call.ts'
import { applyStep, askedPart, type CarryOutOptions } from './apply-step.ts'
import { carryOutAsking } from './carry-out-asking.ts'
import type { ChangeFlags } from './change-flags.ts'
import { type ManifestPlace, withChangePlace } from './change-place.ts'
import { selectWorkspaces } from './change-selection.ts'
import {
  applyExit,
  type CarryOutFlags,
  type ChangeSession,
  planSelected,
  withChangeScreen,
} from './change-session.ts'
import { environmentsIn, withKeptChange } from './kept-change.ts'
import { nothingAffected } from './nothing-affected.ts'

export interface KeptChangeFlags extends CarryOutFlags {
  readonly environment?: readonly string[]
}

/** Plans what is selected as a change, and carries it out. @returns the exit code */
export async function planAndCarryOut(
  call: Call<ChangeFlags>,
  manifest: ManifestPlace,
  operation: PlanChangeRequest['operation'],
): Promise<number> {
  const selected = await selectWorkspaces(call, manifest)
  if (selected.workspaces.size === 0) return nothingAffected(call, selected)
  return withChangePlace(call, manifest, (place) =>
    withChangeScreen(call, place, 'plan', async (session) => {
      const view = await planSelected(session, selected, operation)
      const options = { environments: undefined, retry: false, isNew: true }
      return view.change.status === 'open'
        ? carryOut(session, view, options)
        : show(session, view, options)
    }),
  )
}

/** Carries out a change that was planned before; without an id the latest that is open. */
export async function carryOutKept(
  call: Call<KeptChangeFlags>,
  id: number | undefined,
  { retry }: Pick<CarryOutOptions, 'retry'>,
): Promise<number> {
  return withKeptChange(call, id, (place, view) => {
    const environments = environmentsIn(view, call.flags.environment)
    return withChangeScreen(call, place, 'apply', (session) =>
      carryOut(session, view, { environments, retry, isNew: false }),
    )
  })
}

/**
 * Applies a change as far as approvals and gates allow, and says what it waits for. On a terminal the
 * person is asked, environment by environment; elsewhere only what needs no question is applied.
 */
async function carryOut(
  session: ChangeSession,
  view: ChangeView,
  options: CarryOutOptions,
): Promise<number> {
  const { flags, terminal } = session.call
  if (flags.autoApprove === true) {
    const after = await applyStep(session, view, { ...options, approve: 'planned' })
    return show(session, after, options)
  }
  if (!terminal.interactive) {
    const after = await applyStep(session, view, { ...options, approve: 'automatic' })
    return show(session, after, options)
  }
  const { view: after, stopped } = await carryOutAsking(session, view, options)
  return stopped ? stop(session, after, options) : show(session, after, options)
}

function show(
  { screen, call }: ChangeSession,
  view: ChangeView,
  options: Pick<CarryOutOptions, 'environments'>,
): number {
  screen.end(view)
  return applyExit(call, askedPart(view, options))
}

/** The person said no: what was not begun is left as it is. */
async function stop(
  { call, place }: ChangeSession,
  view: ChangeView,
  { isNew }: CarryOutOptions,
): Promise<number> {
  const { terminal } = call
  const name = changeName(view.change.id)
  if (isNew && view.nodes.every((node) => node.result !== 'applied')) {
    await place.services.changes.cancel(view.change.id, place.location.actor)
    terminal.print(`Nothing was changed; ${name} is cancelled.`)
    return exit.error
  }
  const arrow = terminal.style.accent('→')
  terminal.print(
    `${name} stays as it is.`,
    `${arrow} portolan resume ${name}   goes on`,
    `${arrow} portolan cancel ${name}   ends it`,
  )
  return exit.waits
}
