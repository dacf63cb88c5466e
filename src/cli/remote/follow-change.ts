import { setTimeout as pause } from 'node:timers/promises'
import { ChangeView, ChangeEvent as EventJson } from '../../api/changes/schema.ts'
import { follow } from '../../api/client/events.ts'
import type { ChangeWatch } from '../../app/changes/change-watch.ts'
import { type ChangeEvent, changeName } from '../../changes/index.ts'
import { AppError, conflict, unavailable } from '../../platform/errors.ts'
import { eventOf } from './event-from-json.ts'
import { inOrder } from './in-order.ts'
import type { ServerConnection } from './server-connection.ts'

export interface Followed {
  readonly id: number
  /** What was told before is not told again. */
  readonly after: number
  /** From where this process left off, if it followed the change before. */
  readonly places: Places
  /** Told to the server when the person cancels. */
  readonly stop: () => Promise<void>
}

/**
 * Tells a watcher what a server does with a change, until it does nothing more. A connection that breaks
 * is made again, and so often as it takes; the person is told once.
 * @throws AppError when the server could not begin, or the person leaves it alone with it
 */
export async function followChange(
  server: ServerConnection,
  { id, after, places, stop }: Followed,
  watch: ChangeWatch,
): Promise<void> {
  const name = changeName(id)
  const left = new AbortController()
  let cancelling: Promise<void> | undefined
  const onCancelled = () => {
    cancelling = stop()
    // Seen where it is waited for.
    cancelling.catch(() => left.abort())
  }
  const onForced = () => left.abort()
  watch.cancelled.addEventListener('abort', onCancelled, { once: true })
  watch.forced.addEventListener('abort', onForced, { once: true })
  if (watch.cancelled.aborted) onCancelled()
  try {
    const ended = await tellAll(server, { id, after, places, left: left.signal }, watch)
    if (ended) return
    await cancelling
    throw unavailable(`${name} goes on on ${server.url}, and nobody watches it here any more`, {
      next: `portolan status ${name}   says where it stands; portolan cancel ${name}   ends it`,
    })
  } finally {
    watch.cancelled.removeEventListener('abort', onCancelled)
    watch.forced.removeEventListener('abort', onForced)
  }
}

/** How far changes were followed, as the server writes it. */
export type Places = Map<number, string>

interface Stream {
  readonly id: number
  readonly after: number
  readonly places: Places
  readonly left: AbortSignal
}

/** Returns whether the server said that it ended. */
async function tellAll(
  server: ServerConnection,
  { id, after, places, left }: Stream,
  watch: ChangeWatch,
): Promise<boolean> {
  let isBroken = false
  // From where this process left off nothing is old; elsewhere all output comes from its beginning.
  const from = inOrder({ isNew: !places.has(id) })
  const onBreak = () => {
    if (isBroken) return
    isBroken = true
    watch.event(notice(id, `The connection to ${server.url} broke: trying again until it is back.`))
  }
  const events = follow({
    open: (lastId, signal) =>
      server.events(
        `/changes/${id}/events?log=true`,
        lastId ?? places.get(id) ?? String(after),
        signal,
      ),
    signal: left,
    isFinal: (error) => error instanceof AppError && error.code !== 'unavailable',
    onBreak,
  })
  for await (const { data, id: place } of events) {
    const read = EventJson.safeParse(JSON.parse(data))
    // What a newer server tells beside all that is known here.
    if (!read.success) continue
    for (const event of from.next(eventOf(read.data))) watch.event(event)
    if (read.data.event !== 'end') continue
    if (!(await isDone(server, { id, left, onBreak }))) continue
    if (!from.hasBegun()) throw notBegun(id, from.said())
    places.set(id, place)
    return true
  }
  return false
}

const LOOKS = 100
const LOOK_MILLISECONDS = 100

/** The end is told a moment before it is recorded; and what a server leaves undone another one takes up. */
async function isDone(
  server: ServerConnection,
  { id, left, onBreak }: Pick<Stream, 'id' | 'left'> & { readonly onBreak: () => void },
): Promise<boolean> {
  for (let look = 0; look < LOOKS && !left.aborted; ) {
    const view = await server.get(`/changes/${id}`, ChangeView).catch(unreachableIsUndefined)
    if (view !== undefined && view.working === undefined) return true
    // Whether it was done is known when the server is back.
    if (view === undefined) onBreak()
    else look += 1
    await pause(LOOK_MILLISECONDS)
  }
  return false
}

function unreachableIsUndefined(error: unknown): undefined {
  if (!(error instanceof AppError) || error.code !== 'unavailable') throw error
}

function notice(change: number, message: string): ChangeEvent {
  return { at: new Date(), change, event: 'notice', workspace: undefined, message }
}

function notBegun(id: number, said: string): AppError {
  return conflict(said === '' ? `the server did not begin with ${changeName(id)}` : said, {
    next: `portolan status ${changeName(id)}   says where it stands`,
  })
}
