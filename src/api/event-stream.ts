import type { Context as HonoContext } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { ApiDeps, ApiEnv } from './deps.ts'

/** Something to be sent; `id` is where whoever was cut off goes on. */
export interface StreamedEvent {
  readonly id: string
  /** Absent: nothing is told, but from here whoever is cut off goes on. */
  readonly data?: unknown
}

export interface StreamSource {
  /** What is signalled when there is more. */
  readonly subjects: () => readonly string[]
  /**
   * What there is now beyond the last event that was read; ended when nothing will follow.
   * @param isSignalled whether something was signalled since the last reading, or might have been
   */
  readonly read: (isSignalled: boolean) => Promise<{
    readonly events: readonly StreamedEvent[]
    readonly ended: boolean
  }>
}

// A hint may be missed: this is how late news can be at worst.
const LOOK_MILLISECONDS = 2000
const HEARTBEAT_MILLISECONDS = 15_000
// How long at worst somebody hears of what they may not any more.
const TRUST_MILLISECONDS = 5000
// Whoever follows comes again, and shows again who they are.
const LONGEST_MILLISECONDS = 10 * 60_000

/**
 * Sends events as they are recorded (`text/event-stream`), and an event `end` when none will follow.
 * Nothing is sent that is not recorded: whoever comes back with the last id misses nothing.
 */
export function eventStream(c: HonoContext<ApiEnv>, deps: ApiDeps, source: StreamSource): Response {
  c.header('Cache-Control', 'no-store')
  // Proxies would collect it.
  c.header('X-Accel-Buffering', 'no')
  return streamSSE(
    c,
    async (stream) => {
      const over = new AbortController()
      const end = () => over.abort()
      stream.onAbort(end)
      deps.closing.addEventListener('abort', end, { once: true })
      const longest = setTimeout(end, LONGEST_MILLISECONDS)
      const news = createNews(deps, over.signal)
      try {
        let saidAt = Date.now()
        let isSignalled = false
        let knownAt = Date.now()
        while (!over.signal.aborted) {
          if (Date.now() - knownAt > TRUST_MILLISECONDS) {
            // Whoever may still follow comes again, with what they may do now.
            if (!(await c.get('visit').goesOn())) return
            knownAt = Date.now()
          }
          const { events, ended } = await source.read(isSignalled)
          for (const { id, data } of events) {
            await stream.writeSSE(
              data === undefined
                ? { id, event: 'place', data: '' }
                : { id, data: JSON.stringify(data) },
            )
            saidAt = Date.now()
          }
          if (ended) return await stream.writeSSE({ event: 'end', data: '' })
          if (Date.now() - saidAt > HEARTBEAT_MILLISECONDS) {
            await stream.write(': still here\n\n')
            saidAt = Date.now()
          }
          isSignalled = events.length === 0 && (await news.wait(source.subjects()))
        }
      } finally {
        clearTimeout(longest)
        deps.closing.removeEventListener('abort', end)
        news.close()
      }
    },
    async (error) => {
      deps.log.warn({ err: error }, 'a stream of events ended early')
    },
  )
}

/** Waits for signals that came since the last time, or for the clock. */
function createNews(deps: ApiDeps, over: AbortSignal) {
  const listening = new Map<string, () => void>()
  let isNew = false
  let wake: () => void = () => undefined
  const onSignal = () => {
    isNew = true
    wake()
  }
  over.addEventListener('abort', onSignal)
  return {
    /** Whether it was a signal that ended the waiting. */
    async wait(subjects: readonly string[]): Promise<boolean> {
      for (const subject of subjects) {
        if (listening.has(subject)) continue
        listening.set(subject, deps.signals.listen(subject, onSignal))
        // What was signalled before anybody listened to it.
        isNew = true
      }
      if (!isNew) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, LOOK_MILLISECONDS)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      const wasNew = isNew
      isNew = false
      return wasNew
    },
    close() {
      for (const stop of listening.values()) stop()
      over.removeEventListener('abort', onSignal)
    },
  }
}

/** Where a stream goes on: the id of the last event that was seen. */
export function lastEventId(c: HonoContext<ApiEnv>): string | undefined {
  return c.req.header('last-event-id') ?? c.req.query('after')
}
