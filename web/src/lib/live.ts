import { useEffect, useEffectEvent, useRef, useSyncExternalStore } from 'react'
import { answered, attempted } from '../../../src/api/client/client.ts'
import { follow, type ServerEvent } from '../../../src/api/client/events.ts'
import { AppError } from '../../../src/platform/errors.ts'
import { noticeSignedOut, queryClient } from './api.ts'

/** Streams that are broken at the moment; while there is one, the page says so. */
const broken = new Set<symbol>()
const readers = new Set<() => void>()

function setBroken(stream: symbol, isBroken: boolean): void {
  if (broken.has(stream) === isBroken) return
  if (isBroken) broken.add(stream)
  else broken.delete(stream)
  for (const reader of readers) reader()
}

/** Whether everything that is shown is followed live. */
export function useIsLive(): boolean {
  return useSyncExternalStore(
    (reader) => {
      readers.add(reader)
      return () => readers.delete(reader)
    },
    () => broken.size === 0,
  )
}

export interface EventHandlers {
  /** Each event, parsed, once and in order, across breaks too. */
  readonly onEvent: (data: unknown, event: ServerEvent) => void
  /** The server said that nothing more will come. */
  readonly onEnd?: () => void
  /** Refused for good. */
  readonly onRefusal?: (error: AppError) => void
  /** The stream was away, and is there again. */
  readonly onReturn?: () => void
}

/**
 * Follows a stream of server-sent events as long as the component is there.
 * @param path below /api/v1, or undefined to follow nothing: `/changes/7/events?after=12`
 */
export function useEvents(path: string | undefined, handlers: EventHandlers): void {
  const handle = useEffectEvent((event: ServerEvent) =>
    handlers.onEvent(JSON.parse(event.data), event),
  )
  const end = useEffectEvent(() => handlers.onEnd?.())
  const refuse = useEffectEvent((error: AppError) => handlers.onRefusal?.(error))
  const comeBack = useEffectEvent(() => handlers.onReturn?.())
  useEffect(() => {
    if (path === undefined) return
    const stop = new AbortController()
    followPath(path, stop.signal, { onEvent: handle, onReturn: comeBack }).then(
      () => {
        if (!stop.signal.aborted) end()
      },
      (error: unknown) => {
        noticeSignedOut(error)
        if (error instanceof AppError) refuse(error)
      },
    )
    return () => stop.abort()
  }, [path])
}

async function followPath(
  path: string,
  signal: AbortSignal,
  told: { readonly onEvent: (event: ServerEvent) => void; readonly onReturn: () => void },
): Promise<void> {
  const stream = Symbol(path)
  let wasOpen = false
  const events = follow({
    open: async (lastId, aborted) => {
      const headers = lastId === undefined ? {} : { 'Last-Event-ID': lastId }
      const send = () => fetch(`/api/v1${path}`, { headers, signal: aborted })
      const response = await answered(await attempted(send, location.origin))
      setBroken(stream, false)
      if (wasOpen) told.onReturn()
      wasOpen = true
      return response
    },
    signal,
    onBreak: () => setBroken(stream, true),
    isFinal: (error) => error instanceof AppError && error.code !== 'unavailable',
  })
  try {
    for await (const event of events) told.onEvent(event)
  } finally {
    setBroken(stream, false)
  }
}

/** The `meta` of a query that is loaded again when the server hints that something happened. */
export const live = { live: true } as const

/** At most so often, in milliseconds, however busy the server is. */
const shortestPause = 1000

/**
 * Loads what is shown, and marked `live`, again when the server hints that something happened.
 * Not while the page is hidden: a browser permits six connections to one server.
 */
export function useHints(): void {
  const visible = useIsVisible()
  const wasHidden = useRef(false)
  // What happened in between nobody hints at again.
  useEvents(visible ? '/stream' : undefined, { onEvent: reloadSoon, onReturn: reloadSoon })
  useEffect(() => {
    if (visible && wasHidden.current) reloadSoon()
    wasHidden.current = !visible
  }, [visible])
}

let planned: ReturnType<typeof setTimeout> | undefined
let reloadedAt = 0

function reloadSoon(): void {
  if (planned !== undefined) return
  planned = setTimeout(
    () => {
      planned = undefined
      reloadedAt = performance.now()
      queryClient
        .invalidateQueries({ predicate: (query) => query.meta?.['live'] === true })
        .catch(() => undefined)
    },
    Math.max(0, reloadedAt + shortestPause - performance.now()),
  )
}

/** Whether anybody can see the page: what nobody sees needs no connection. */
export function useIsVisible(): boolean {
  return useSyncExternalStore(
    (reader) => {
      document.addEventListener('visibilitychange', reader)
      return () => document.removeEventListener('visibilitychange', reader)
    },
    () => document.visibilityState === 'visible',
  )
}
