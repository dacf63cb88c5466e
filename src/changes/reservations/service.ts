import { type Db, inTransaction } from '../../platform/db/db.ts'
import { type Claim, claimOn, type Reservation } from './reservation.ts'
import * as store from './reservation-store.ts'

/**
 * Which pull request may change which workspace, so that what was approved is not overtaken by another.
 * `claimOn` says by what rules. Given a transaction, it joins that one: locks are taken in the order pull
 * request, workspaces, runs, changes, so nothing later in that order may be held before.
 */
export interface ReservationService {
  /**
   * Takes hold of workspaces for the pull request of a change, or its place in the queue of each. A change
   * of none, and one whose pull request is over or has another head by now, takes nothing: of it there are no claims.
   */
  reserve(request: {
    readonly changeId: number
    readonly workspaceIds: readonly string[]
  }): Promise<readonly Claim[]>
  /**
   * The pull request lets go of everything and leaves every queue. Answers the records of those that
   * waited for what it held, or for its turn to pass: they are to be planned again, and it is their turn for a while.
   */
  release(pullRequestId: number): Promise<readonly number[]>
  /** What a pull request holds or waits for, by workspace. */
  reservationsOf(pullRequestId: number): Promise<readonly (Reservation & Pick<Claim, 'place'>)[]>
  /** Who holds each of the workspaces, and who waits. */
  queueOf(workspaceIds: readonly string[]): Promise<readonly Reservation[]>
}

export function createReservationService(db: Db): ReservationService {
  return {
    reserve: (request) => inTransaction(db, (tx) => reserve(tx, request)),
    release: (pullRequestId) => inTransaction(db, (tx) => release(tx, pullRequestId)),
    reservationsOf: async (pullRequestId) => {
      const own = await store.workspacesOf(db, pullRequestId)
      const all = await store.list(
        db,
        own.map(({ id }) => id),
      )
      return all.map((one) => ({ ...one, place: claimOn(one, pullRequestId).place }))
    },
    queueOf: (workspaceIds) => store.list(db, workspaceIds),
  }
}

async function reserve(
  tx: Db,
  { changeId, workspaceIds }: Parameters<ReservationService['reserve']>[0],
): Promise<readonly Claim[]> {
  if (workspaceIds.length === 0) return []
  const pullRequest = await store.holdPullRequest(tx, changeId)
  if (pullRequest?.status !== 'open' || !pullRequest.isHead) return []
  await store.holdWorkspaces(tx, workspaceIds)
  const claims: Claim[] = []
  for (const one of await store.list(tx, workspaceIds)) {
    const claim = claimOn(one, pullRequest.id)
    const { workspaceId, place } = claim
    await store.put(tx, {
      workspaceId,
      pullRequestId: pullRequest.id,
      changeId,
      isHeld: place === 0,
    })
    claims.push(claim)
  }
  return claims
}

async function release(tx: Db, pullRequestId: number): Promise<readonly number[]> {
  // What it asked for meanwhile would be in no workspace that is held here.
  await store.holdClaims(tx, pullRequestId)
  const own = await store.workspacesOf(tx, pullRequestId)
  if (own.length === 0) return []
  await store.holdWorkspaces(
    tx,
    own.map(({ id }) => id),
  )
  const idsOf = (isHeld: boolean) => own.filter((one) => one.isHeld === isHeld).map(({ id }) => id)
  return store.remove(tx, pullRequestId, { heldIds: idsOf(true), otherIds: idsOf(false) })
}
