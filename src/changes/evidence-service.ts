import { isOpen, nextOpening, parseWindow } from '../manifest/index.ts'
import type { Db } from '../platform/db/db.ts'
import type {
  ChangeEvidence,
  Changes,
  PromotionEvidence,
  ReservationEvidence,
  Run,
  Upstream,
  WindowEvidence,
} from '../runs/index.ts'
import { changeName, isAuthorKnown } from './change.ts'
import * as changeStore from './change-store.ts'
import * as evidenceStore from './evidence-store.ts'
import * as memberStore from './member-store.ts'
import { notPromoted } from './promotion.ts'
import { claimOn } from './reservations/reservation.ts'
import * as reservationStore from './reservations/reservation-store.ts'
import { createReservationService } from './reservations/service.ts'
import { isSettled } from './result.ts'

/** What runs ask of the changes that they belong to. */
export const changesOfRuns: Changes = {
  hold,
  reservation,
  reserve,
  evidence,
  replaceable: changeStore.replaceable,
  superseded,
}

async function evidence(db: Db, run: Run): Promise<ChangeEvidence | undefined> {
  const { changeId, workspaceId } = run
  if (changeId === undefined) return undefined
  const place = await evidenceStore.findPlace(db, { changeId, workspaceId })
  if (place === undefined) return undefined
  return {
    name: changeName(changeId),
    isOpen: place.status === 'open',
    closedBecause: place.closedBecause ?? (place.status === 'open' ? undefined : place.status),
    author: place.author,
    isAuthorKnown: isAuthorKnown(place.author, place.pullRequest?.number),
    environment: place.environment,
    gate: place.gate,
    window: windowOf(place),
    promotion: await promotionOf(db, place),
    upstreams: await upstreamsOf(db, place),
    pullRequest: place.pullRequest,
  }
}

/** Until the transaction ends the pull request is neither closed nor moved on. */
async function hold(tx: Db, { changeId }: Run): Promise<void> {
  if (changeId !== undefined) await reservationStore.holdPullRequest(tx, changeId)
}

async function reservation(db: Db, { changeId, workspaceId }: Run): Promise<ReservationEvidence> {
  const [found] = await reservationStore.list(db, [workspaceId])
  if (found === undefined) throw new Error('its workspace is not recorded')
  const pullRequestId =
    changeId === undefined ? undefined : await reservationStore.pullRequestOf(db, changeId)
  const { workspace, place, inFront } = claimOn(found, pullRequestId)
  return {
    workspace,
    place: pullRequestId === undefined ? undefined : place,
    inFront: inFront && {
      number: inFront.number,
      title: inFront.title,
      since: 'since' in inFront ? inFront.since : undefined,
      turnUntil: 'turnUntil' in inFront ? inFront.turnUntil : undefined,
    },
  }
}

async function reserve(tx: Db, { changeId, workspaceId }: Run): Promise<void> {
  if (changeId === undefined) return
  await createReservationService(tx).reserve({ changeId, workspaceIds: [workspaceId] })
}

function windowOf({ gate, environment, now }: evidenceStore.Place): WindowEvidence | undefined {
  if (gate?.window === undefined) return undefined
  const window = parseWindow(gate.window)
  if (window === undefined) {
    throw new Error(`the window of ${environment} cannot be read: ${gate.window}`)
  }
  return { text: window.text, isOpen: isOpen(window, now), opens: nextOpening(window, now) }
}

/** What is destroyed has nothing to prove. */
async function promotionOf(db: Db, place: evidenceStore.Place): Promise<PromotionEvidence> {
  const { changeId, projectId, environment, after, operation } = place
  if (after === undefined || operation === 'destroy') return { after: undefined, missing: [] }
  const nodes = await evidenceStore.results(db, changeId, { environments: [environment, after] })
  const before = nodes.filter((node) => node.environment === after)
  const here = nodes.filter((node) => node.environment === environment)
  const covered = new Set(before.map((node) => node.component))
  const history = await evidenceStore.lastRuns(
    db,
    { projectId, name: after },
    here.map((node) => node.component).filter((component) => !covered.has(component)),
  )
  return { after, missing: notPromoted({ after, here, before, history }) }
}

async function upstreamsOf(db: Db, { changeId, needs }: evidenceStore.Place): Promise<Upstream[]> {
  if (needs.length === 0) return []
  const nodes = await evidenceStore.results(db, changeId, { names: needs.map(({ name }) => name) })
  return nodes.map(({ name, result }) => ({ name, standing: result, isSettled: isSettled(result) }))
}

/** A change of which nothing is left that could go on is closed: the newer one has taken its place. */
async function superseded(
  tx: Db,
  { changeIds, by }: { readonly changeIds: readonly number[]; readonly by: number },
): Promise<void> {
  for (const id of changeIds.toSorted((a, b) => a - b)) {
    const change = await changeStore.lock(tx, id)
    if (change.status !== 'open' || id >= by) continue
    if (await memberStore.isAlive(tx, id)) continue
    await changeStore.end(tx, id, {
      status: 'closed',
      because: `superseded by ${changeName(by)}`,
    })
  }
}
