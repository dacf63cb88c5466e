import type { PlanChangeRequest } from '../../app/changes/change-requests.ts'
import { slots } from '../../app/changes/slots.ts'
import type { ChangeNode, ChangeView } from '../../changes/index.ts'
import { type Call, exit } from '../call.ts'
import { planView } from '../render/change/plan-view.ts'
import type { ApprovalFlags, RunFlags } from '../run/run-flags.ts'
import {
  type ChangeFlags,
  parallelOf,
  runOptionsOf,
  setOf,
  type WorkFlags,
} from './change-flags.ts'
import type { ChangePlace } from './change-place.ts'
import { type ChangeScreen, openChangeScreen } from './change-screen.ts'
import type { SelectedWorkspaces } from './change-selection.ts'

/** Flags with which a change is worked off. */
export type CarryOutFlags = WorkFlags & ApprovalFlags & Pick<RunFlags, 'detailedExitcode'>

/** A command at work on a change. */
export interface ChangeSession<Flags extends CarryOutFlags = CarryOutFlags> {
  readonly call: Call<Flags>
  readonly place: ChangePlace
  readonly screen: ChangeScreen
}

/** Opens the screen of a change for the length of some work. */
export async function withChangeScreen<Flags extends CarryOutFlags, T>(
  call: Call<Flags>,
  place: ChangePlace,
  goal: 'plan' | 'apply',
  work: (session: ChangeSession<Flags>) => Promise<T>,
): Promise<T> {
  const screen = openChangeScreen(call.terminal, {
    goal,
    limit: slots(parallelOf(call.flags)),
    cancelSentences: place.services.work.cancelSentences.change,
    github: call.config.environment['GITHUB_ACTIONS'] === 'true',
  })
  try {
    return await work({ call, place, screen })
  } finally {
    screen.close()
  }
}

/** Makes a change of the selected workspaces and plans it. */
export async function planSelected(
  { call, place, screen }: ChangeSession<ChangeFlags>,
  selected: SelectedWorkspaces,
  operation: PlanChangeRequest['operation'],
): Promise<ChangeView> {
  const { flags } = call
  return place.services.work.planChange(
    {
      location: place.location,
      manifest: place.manifest,
      operation,
      workspaces: selected.workspaces,
      selection: selected.text,
      reason: flags.reason,
      set: setOf(flags),
      force: flags.force === true,
      ...runOptionsOf(flags, { workspaces: selected.workspaces.size }),
      parallel: parallelOf(flags),
      failFast: flags.failFast === true,
    },
    screen.watch,
  )
}

/** The plans of a change, or of one part of it, as they are shown to a person who decides. */
export async function shownPlans(
  { call, place }: { readonly call: Call<object>; readonly place: Pick<ChangePlace, 'services'> },
  view: ChangeView,
): Promise<string[]> {
  const { terminal } = call
  const texts = new Map<string, string>()
  // Elsewhere what the tools said has been written already, as they said it.
  if (terminal.live.available) {
    for (const node of view.nodes) {
      const text = await planTextOf(place, node)
      if (text !== undefined) texts.set(node.name, text)
    }
  }
  return planView(view, texts, { style: terminal.style, width: terminal.width })
}

/** What was said when it was last planned; a run may be planned several times. */
async function planTextOf(
  { services }: Pick<ChangePlace, 'services'>,
  node: ChangeNode,
): Promise<string | undefined> {
  if (node.run === undefined || !isPlanned(node)) return undefined
  const { runs } = services
  const [lines, events] = [await runs.logs(node.run.id, 0), await runs.events(node.run.id, 0)]
  const begun = events.findLast(({ type, data }) => type === 'status' && data['to'] === 'planning')
  return lines
    .filter((line) => line.phase === 'plan' && (begun === undefined || line.at >= begun.at))
    .map((line) => line.text)
    .join('')
}

/** It has a plan that was not applied. */
export function isPlanned({ result }: Pick<ChangeNode, 'result'>): boolean {
  return result === 'planned' || result === 'provisional'
}

/** A change with only some of its workspaces. */
export function only(view: ChangeView, isMeant: (node: ChangeNode) => boolean): ChangeView {
  const nodes = view.nodes.filter(isMeant)
  const names = new Set(nodes.map((node) => node.environment))
  return {
    ...view,
    environments: view.environments.filter((one) => names.has(one.name)),
    nodes,
  }
}

/** Something went wrong, or is in the way of what follows. */
function hasFailed(view: ChangeView): boolean {
  return view.nodes.some(
    ({ result }) =>
      result === 'failed' || result === 'unknown' || result === 'blocked' || result === 'cancelled',
  )
}

/** Everything in it has ended well. */
export function isOver(view: ChangeView): boolean {
  return view.nodes.every(
    ({ result }) => result === 'applied' || result === 'unchanged' || result === 'skipped',
  )
}

/** The exit code of a change that was planned only. */
export function planExit(call: Call<CarryOutFlags>, view: ChangeView): number {
  if (hasFailed(view)) return exit.error
  const changes = view.nodes.some((node) => isPlanned(node) || node.result === 'deferred')
  return changes && call.flags.detailedExitcode === true ? exit.changes : exit.done
}

/** The exit code of a change that was carried out as far as it goes now. */
export function applyExit(call: Call<CarryOutFlags>, view: ChangeView): number {
  if (hasFailed(view)) return exit.error
  if (!isOver(view)) return exit.waits
  const changed = view.nodes.some(({ result }) => result === 'applied')
  return changed && call.flags.detailedExitcode === true ? exit.changes : exit.done
}
