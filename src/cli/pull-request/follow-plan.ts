import { setTimeout as pause } from 'node:timers/promises'
import type { Change, ChangeView } from '../../changes/index.ts'
import { unavailable } from '../../platform/errors.ts'
import { type Call, exit } from '../call.ts'
import { openChangeScreen } from '../change/change-screen.ts'
import { planExit, shownPlans } from '../change/change-session.ts'
import { followChange } from '../remote/follow-change.ts'
import { viewNow } from '../remote/plan-on-server.ts'
import type { RemotePullRequests, WholePullRequest } from '../remote/remote-pull-requests.ts'
import type { Services } from '../services/services.ts'

const LOOK_MILLISECONDS = 400

export interface FollowFlags {
  readonly detach?: boolean
  readonly detailedExitcode?: boolean
}

/**
 * Waits until a head of a pull request is planned, and shows the plans as they come. Ctrl-C leaves it:
 * the server goes on.
 * @returns the exit code
 */
export async function followPlan(
  call: Call<FollowFlags>,
  pullRequests: RemotePullRequests,
  { number, head, services }: Followed,
): Promise<number> {
  const { terminal } = call
  terminal.live.paint([terminal.style.dim(`#${number} waits to be planned …`)])
  const planned = await untilPlanned(pullRequests, number, head)
  terminal.live.clear()
  // What is there besides may be of another head.
  const isOfHead = planned.plannedHead === head && planned.problem === undefined
  if (planned.change === undefined || !isOfHead) {
    terminal.print(`#${number}: ${planned.verdict}`)
    return isOfHead ? exit.done : exit.error
  }
  const view = await showPlans(call, pullRequests, { change: planned.change.id, services })
  terminal.note(`${terminal.style.accent('→')} ${nextOf(number, view.change.status)}`)
  return planExit(call, view)
}

function nextOf(number: number, status: Change['status']): string {
  return status === 'cancelled'
    ? `portolan pr plan ${number}   plans it anew`
    : `portolan approve --pr ${number} · portolan apply --pr ${number}   agree to it, and apply it`
}

interface Followed {
  readonly number: number
  readonly head: string
  readonly services: Services
}

/** Until what is known of this head is a plan, or why there is none. */
async function untilPlanned(
  { get }: RemotePullRequests,
  number: number,
  head: string,
): Promise<WholePullRequest> {
  for (;;) {
    const found = await get(number)
    const isPlanned = found.plannedHead === head
    if (isPlanned || found.headCommit !== head || found.problem !== undefined) return found
    if (found.status !== 'open' || (found.isDraft && found.permittedBy === undefined)) return found
    await pause(LOOK_MILLISECONDS)
  }
}

async function showPlans(
  call: Call<FollowFlags>,
  { server }: RemotePullRequests,
  { change: id, services }: { readonly change: number; readonly services: Services },
): Promise<ChangeView> {
  const leave = unavailable(`the server goes on planning change-${id}`, {
    next: `portolan status change-${id}   says where it stands`,
  })
  const screen = openChangeScreen(call.terminal, {
    goal: 'plan',
    limit: 1,
    cancelSentences: ['The server goes on by itself.', 'The server goes on by itself.'],
    github: call.config.environment['GITHUB_ACTIONS'] === 'true',
  })
  try {
    const followed = { id, after: 0, places: new Map(), stop: () => Promise.reject(leave) }
    await followChange(server, followed, screen.watch)
    const view = await viewNow(server, id)
    screen.end(view, await shownPlans({ call, place: { services } }, view))
    return view
  } finally {
    screen.close()
  }
}
