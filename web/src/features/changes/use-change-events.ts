import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useEvents, useIsVisible } from '../../lib/live.ts'
import type { ChangeEvent } from '../../lib/types.ts'
import { changeKey } from './change-queries.ts'
import { type LiveChange, type NumberedEvent, reduceAll } from './live-change.ts'
import { emptyTimeline, type Timeline, withEvents } from './timeline.ts'

/** Events that come in bursts are shown together. */
const PAUSE = 100

/**
 * Keeps what was read of a change as it is now, and tells its past when that is wanted. A page that nobody
 * sees follows nothing: it goes on where it stopped.
 */
export function useChangeEvents(live: LiveChange, wantsHistory: boolean): Timeline {
  const id = String(live.change.id)
  const [timeline, setTimeline] = useState(emptyTimeline)
  const queries = useQueryClient()
  const take = useBatches((events: readonly NumberedEvent[]) => {
    queries.setQueryData<LiveChange>(changeKey(id), (now) => now && reduceAll(now, events))
    if (wantsHistory) setTimeline((now) => withEvents(now, events))
  })
  useEvents(usePath(id, wantsHistory ? timeline.lastEvent : live.lastEvent, wantsHistory), {
    onEvent: (data, { id: number }) => take({ id: Number(number), event: data as ChangeEvent }),
  })
  return timeline
}

/** The address stays the same while the stream is open, however far it came. */
function usePath(id: string, lastEvent: number, wantsHistory: boolean): string | undefined {
  const isVisible = useIsVisible()
  // biome-ignore lint/correctness/useExhaustiveDependencies: only where it begins to follow counts
  return useMemo(
    () => (isVisible ? `/changes/${id}/events?after=${lastEvent}` : undefined),
    [id, wantsHistory, isVisible],
  )
}

/** Takes one by one, and hands on together. */
function useBatches<Item>(hand: (items: readonly Item[]) => void): (item: Item) => void {
  const waiting = useRef<Item[]>([])
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return (item) => {
    waiting.current.push(item)
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      hand(waiting.current.splice(0))
    }, PAUSE)
  }
}
