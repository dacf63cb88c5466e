import { type Db, inTransaction } from '../../platform/db/db.ts'
import { signal } from '../../platform/db/signals.ts'
import { unavailable } from '../../platform/errors.ts'
import type { Forge } from '../forge.ts'
import { failureOf } from './attempt.ts'
import type { HeldEffect, Outbox } from './effect.ts'
import * as store from './outbox-store.ts'

/** What is signalled when there is something to tell. */
export const OUTBOX = 'outbox'

/** What hosts have to be told. Cheap: call it with a transaction to join that one. */
export function createOutbox(db: Db): Outbox {
  return {
    tell: (pullRequest, effects, how = { isLast: false }) =>
      inTransaction(db, async (tx) => {
        if (effects.length === 0) return
        await store.put(tx, pullRequest, { effects, ...how })
        await signal(tx, OUTBOX)
      }),
  }
}

/** How telling something went. */
export type Posted =
  | { readonly kind: 'told' }
  | {
      readonly kind: 'failed'
      readonly error: unknown
      readonly isGivenUp: boolean
    }

/** Tells hosts what they have to be told: of a project one thing at a time, whoever does it. */
export interface PostingService {
  /** Something that waits and that nobody tells. */
  claimNext(owner: string): Promise<HeldEffect | undefined>
  /** Whose processes tell something. */
  owners(): Promise<string[]>
  /** Lets others tell what a dead owner was at. */
  abandon(owner: string): Promise<void>
  /**
   * Tells the host of it and notes that. A failure is noted too, and tried again later or given up.
   * Whoever ends in the middle of it leaves it to another, who tells it again.
   */
  post(held: HeldEffect): Promise<Posted>
}

export interface PostingDeps {
  /** The host of a project. */
  open(projectId: string): Promise<Forge>
}

/** Less than the lease: nobody tells what another one may tell by now. */
const CALL_MILLISECONDS = 60_000

export function createPostingService(db: Db, { open }: PostingDeps): PostingService {
  return {
    claimNext: (owner) =>
      inTransaction(db, async (tx) => {
        const projectId = await store.holdProject(tx)
        // A statement of its own: it sees what was taken before the project was held.
        return projectId === undefined ? undefined : store.claim(tx, projectId, owner)
      }),
    owners: () => store.owners(db),
    abandon: (owner) => store.abandon(db, owner),
    post: async (held) => {
      let hostId: string | undefined
      try {
        hostId = await inTime(async () => call(await open(held.projectId), held))
      } catch (error) {
        return noteFailed(db, held, error)
      }
      await store.noteTold(db, held, hostId)
      return { kind: 'told' }
    },
  }
}

async function noteFailed(db: Db, held: HeldEffect, error: unknown): Promise<Posted> {
  const failure = failureOf(error, held, Math.random())
  // Together: who sees that nobody holds the project any more sees that it is paused.
  await inTransaction(db, async (tx) => {
    const { pauseSeconds } = failure
    if (pauseSeconds !== undefined) await store.pause(tx, held.projectId, pauseSeconds)
    await store.noteFailed(tx, held, failure)
  })
  return { kind: 'failed', error, isGivenUp: failure.againInSeconds === undefined }
}

/** Answers the host's id of what was made, where it is needed again. */
async function call(
  forge: Forge,
  { effect, number, hostId: known }: HeldEffect,
): Promise<string | undefined> {
  switch (effect.kind) {
    case 'comment':
      return forge.upsertComment(number, { marker: effect.marker, body: effect.body, known })
    case 'status':
      await forge.setStatus(effect.commit, effect.status)
      return undefined
    case 'reaction':
      await forge.react({ id: effect.commentId, number }, effect.reaction)
      return undefined
  }
}

async function inTime<T>(work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(unavailable('the host did not answer within a minute')),
      CALL_MILLISECONDS,
    ).unref()
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
