/** Who holds a workspace and who waits for it, in the order in which they asked. */
export interface Reservation {
  readonly workspaceId: string
  /** `network@prod` */
  readonly workspace: string
  /** Undefined: it was let go of, and nobody has taken it since. */
  readonly holder: Holder | undefined
  readonly waiting: readonly Waiting[]
}

interface Reserver {
  /** The pull request's record. */
  readonly pullRequestId: number
  readonly number: number
  readonly title: string
}

export interface Holder extends Reserver {
  readonly since: Date
}

export interface Waiting extends Reserver {
  /** Until when nobody behind it may take the workspace, as it was let go of; undefined: it is held, or that is over. */
  readonly turnUntil: Date | undefined
}

/** How a pull request stands in a workspace. */
export interface Claim {
  readonly workspaceId: string
  readonly workspace: string
  /** 0: it holds the workspace, or may take it; 1: it is the next. */
  readonly place: number
  /** Who is before it: who holds the workspace, or whose turn it is. */
  readonly inFront: Holder | Waiting | undefined
}

/**
 * How a pull request stands in a workspace, or a change of none, which waits for nobody but a holder.
 *
 * - Whoever asks for a workspace that nobody holds holds it until it lets go: when it is closed, or merged
 *   and applied. Nobody holds anything without having asked.
 * - Whoever asks for one that is held waits, and keeps that place however often it asks.
 * - When it is let go of, it is the turn of those that wait for a while: they are planned again, and one
 *   that asks gets it unless the turn of one before it lasts. After that it is whoever's asks first, so
 *   that a pull request that nobody goes on with holds up nobody.
 */
export function claimOn(reservation: Reservation, pullRequestId: number | undefined): Claim {
  const { workspaceId, workspace, holder, waiting } = reservation
  const free = { workspaceId, workspace, place: 0, inFront: undefined }
  if (holder !== undefined && holder.pullRequestId === pullRequestId) return free
  const index = waiting.findIndex((one) => one.pullRequestId === pullRequestId)
  const before = index === -1 ? waiting : waiting.slice(0, index)
  const turn =
    pullRequestId === undefined ? undefined : before.find((one) => one.turnUntil !== undefined)
  const inFront = holder ?? turn
  return inFront === undefined ? free : { ...free, place: before.length + 1, inFront }
}
