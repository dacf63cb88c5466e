import type { Logger } from 'pino'
import {
  createPostingService,
  type HeldEffect,
  OUTBOX,
  type PostingDeps,
} from '../../forges/index.ts'
import type { Db } from '../../platform/db/db.ts'
import type { Signals } from '../../platform/db/signals.ts'
import { AppError, messageOf } from '../../platform/errors.ts'
import { abandonDead, ownOwner } from '../runs/owner.ts'

/** Tells hosts what they have to be told. */
export interface Posting {
  /** Takes nothing new, and waits for what is being told. */
  close(): Promise<void>
}

export interface PostingContext extends PostingDeps {
  readonly db: Db
  readonly signals: Signals
  readonly log: Pick<Logger, 'warn' | 'error'>
}

const MOST_AT_ONCE = 32
/** What waits for its time is not signalled. */
const LOOK_MILLISECONDS = 1000

/** Starts to tell hosts in this process, beside any number of others on the same database. */
export async function startPosting({ db, open, signals, log }: PostingContext): Promise<Posting> {
  const posting = createPostingService(db, { open })
  const owner = await ownOwner()
  const running = new Set<Promise<void>>()
  let isClosed = false
  let looking: Promise<void> | undefined
  let isSignalled = false

  const post = async (held: HeldEffect) => {
    const end = await posting.post(held)
    if (end.kind === 'told') return
    const { projectId, number, key } = held
    const fault = { projectId, number, key, reason: messageOf(end.error) }
    if (!(end.error instanceof AppError)) log.error({ ...fault, err: end.error }, 'telling failed')
    else if (end.isGivenUp) log.warn(fault, 'a host was not told')
  }
  const look = async () => {
    await abandonDead(posting)
    while (!isClosed && running.size < MOST_AT_ONCE) {
      const held = await posting.claimNext(owner)
      if (held === undefined) return
      const task: Promise<void> = post(held)
        // Somebody takes it up when its lease is over.
        .catch((error: unknown) => log.warn({ err: error }, 'what a host was told was not noted'))
        .finally(() => {
          running.delete(task)
          lookSoon()
        })
      running.add(task)
    }
  }
  const lookSoon = () => {
    if (isClosed) return
    isSignalled = true
    looking ??= lookAll().finally(() => {
      looking = undefined
    })
  }
  const lookAll = async () => {
    // What is signalled while it looks may be something that it has passed over.
    while (isSignalled) {
      isSignalled = false
      await look().catch((error: unknown) => {
        log.warn({ err: error }, 'looking for what hosts have to be told failed')
      })
    }
  }
  const stop = signals.listen(OUTBOX, lookSoon)
  const timer = setInterval(lookSoon, LOOK_MILLISECONDS)
  lookSoon()
  return {
    close: async () => {
      isClosed = true
      stop()
      clearInterval(timer)
      await looking
      await Promise.allSettled(running)
    },
  }
}
