import type { Logger } from 'pino'
import type { Signals } from '../../platform/db/signals.ts'
import { AppError, messageOf } from '../../platform/errors.ts'
import { type HeldLook, LOOK, type PullRequest } from '../../pull-requests/index.ts'
import type { Context } from '../context.ts'
import { abandonDead, ownOwner } from '../runs/owner.ts'
import { baseRules } from './base-rules.ts'
import { lookAt } from './look.ts'
import { tellPullRequest } from './tell.ts'

/** Keeps pull requests: looks at those that somebody must look at, and tells their hosts what became of them. */
export interface Keeper {
  /** Looks at nothing new, and waits for what it is at. */
  close(): Promise<void>
}

export interface KeeperDeps {
  readonly context: Context
  readonly signals: Signals
  readonly log: Pick<Logger, 'warn' | 'error'>
  /** Where people open this server. */
  readonly url: string
}

const MOST_AT_ONCE = 8
const LOOK_MILLISECONDS = 2000
const BEAT_MILLISECONDS = 15_000
/** What moves in quick succession is told once; what goes on moving is put together no more often. */
const TELL = { milliseconds: 300, gap: 1500 }
const LONGEST_PAUSE = 300

/** Starts to keep pull requests in this process, beside any number of others on the same database. */
export async function startKeeper(deps: KeeperDeps): Promise<Keeper> {
  const { signals } = deps
  const looking = repeated(await lookingAt(deps), deps)
  const telling = repeated(() => tellMoved(deps), deps)
  const stops = [
    signals.listen(LOOK, looking.soon),
    signals.listen('overview', () => telling.after(TELL)),
  ]
  const timer = setInterval(() => {
    looking.soon()
    telling.soon()
  }, LOOK_MILLISECONDS)
  looking.soon()
  return {
    close: async () => {
      for (const stop of stops) stop()
      clearInterval(timer)
      await Promise.all([looking.close(), telling.close()])
    },
  }
}

interface Repeated {
  soon(): void
  /** Soon, but not within a gap after the last time. */
  after(pause: { readonly milliseconds: number; readonly gap: number }): void
  close(): Promise<void>
}

interface Work {
  (isOver: () => boolean): Promise<void>
  readonly settled?: () => Promise<unknown>
}

/** Does a work again whenever it is called for, once at a time: a call in the middle of it is not lost. */
function repeated(work: Work, { log }: KeeperDeps): Repeated {
  let isWanted = false
  let isOver = false
  let begun = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  let going: Promise<void> | undefined
  const go = async () => {
    while (isWanted && !isOver) {
      isWanted = false
      begun = performance.now()
      await work(() => isOver).catch((error: unknown) =>
        log.warn({ err: error }, 'looking for pull requests failed'),
      )
    }
  }
  const soon = () => {
    if (isOver) return
    isWanted = true
    going ??= go().finally(() => {
      going = undefined
      if (isWanted) soon()
    })
  }
  return {
    soon,
    after: ({ milliseconds, gap }) => {
      timer ??= setTimeout(
        () => {
          timer = undefined
          soon()
        },
        Math.max(milliseconds, begun + gap - performance.now()),
      )
    },
    close: async () => {
      isOver = true
      clearTimeout(timer)
      await going
      await work.settled?.()
    },
  }
}

/** Claims what waits to be looked at, as many at once as this process bears. */
async function lookingAt(deps: KeeperDeps): Promise<Work> {
  const { looks } = deps.context.pullRequests
  const owner = await ownOwner()
  const running = new Set<Promise<void>>()
  const work = async (isOver: () => boolean): Promise<void> => {
    await abandonDead(looks)
    while (!isOver()) {
      if (running.size >= MOST_AT_ONCE) await Promise.race(running)
      const held = await looks.claimNext(owner)
      if (held === undefined) return
      const task: Promise<void> = lookOnce(deps, held).finally(() => running.delete(task))
      running.add(task)
    }
  }
  return Object.assign(work, { settled: () => Promise.allSettled(running) })
}

async function lookOnce(deps: KeeperDeps, held: HeldLook): Promise<void> {
  const { context, log, url } = deps
  const { looks } = context.pullRequests
  const { projectId, number } = held
  const beat = setInterval(() => {
    looks
      .renew(held)
      .catch((error: unknown) => log.warn({ err: error, projectId, number }, 'no sign of life'))
  }, BEAT_MILLISECONDS)
  try {
    const { again } = await lookAt({ context, log, url }, held)
    if (again === undefined) await looks.finish(held)
    else await looks.postpone(held, { seconds: again, failed: false })
  } catch (error) {
    const seconds = pauseAfter(held.attempts, error)
    const fault = { projectId, number, reason: messageOf(error), seconds }
    if (error instanceof AppError) log.warn(fault, 'a pull request could not be looked at')
    else log.error({ ...fault, err: error }, 'looking at a pull request failed')
    await looks
      .postpone(held, { seconds, failed: true })
      .catch((fault_: unknown) =>
        log.warn({ err: fault_, projectId, number }, 'it was not put off'),
      )
  } finally {
    clearInterval(beat)
  }
}

/** Seconds: as long as the host says, else twice as long each time. */
function pauseAfter(attempts: number, error: unknown): number {
  const said = error instanceof AppError ? error.details['retryAfterSeconds'] : undefined
  const own = Math.min(2 ** attempts, LONGEST_PAUSE)
  return typeof said === 'number' ? Math.max(said, own) : own
}

/** Tells hosts of pull requests whose changes moved. */
async function tellMoved(deps: KeeperDeps): Promise<void> {
  const { context, log } = deps
  for (const { pullRequest } of await context.pullRequests.moved()) {
    try {
      await tellOne(deps, pullRequest)
    } catch (error) {
      const { projectId, number } = pullRequest
      log.warn({ projectId, number, reason: messageOf(error) }, 'a host could not be told')
    }
  }
}

async function tellOne({ context, url }: KeeperDeps, pullRequest: PullRequest): Promise<void> {
  const { projectId, number, planned } = pullRequest
  const project = await context.repositories.byId(projectId)
  const forge = await context.forges.open(projectId)
  const { merge } = await baseRules(context, project, planned?.base)
  await tellPullRequest(context, { url, project, forge, number, merge })
}
