import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react'
import { absolute } from '../../lib/time.ts'
import type { LogBuffer, LogView, PhaseStart } from './log-buffer.ts'
import { LogLineView } from './log-line-view.tsx'

const LINE = 20
const SEPARATOR = 33

export interface LogListProps {
  readonly buffer: LogBuffer
  readonly view: LogView
  readonly wraps: boolean
  readonly search: string
  readonly marked: number | undefined
  readonly onMark: (index: number) => void
  readonly isFollowing: boolean
  readonly onFollow: (isFollowing: boolean) => void
  /** The line to go to; another object goes there again. */
  readonly target: { readonly line: number } | undefined
}

/** The lines that are in view. */
export function LogList(props: LogListProps) {
  const { buffer, view, wraps, search, marked, onMark, isFollowing, onFollow, target } = props
  const scroller = useRef<HTMLElement>(null)
  const height = useRemainingHeight(scroller)
  const rows = rowsOf(view)
  const virtual = useVirtualizer({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: (row) => (rows.phaseAt(row) ? SEPARATOR : LINE),
    overscan: 30,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was measured holds for one way of wrapping
  useEffect(() => virtual.measure(), [wraps])
  const go = useEffectEvent((line: number) =>
    virtual.scrollToIndex(rows.rowOf(line), { align: 'center' }),
  )
  useEffect(() => {
    if (target) go(target.line)
  }, [target])
  useFollowing({ scroller, isFollowing, onFollow, count: rows.count })
  const digits = Math.max(3, String(view.count).length)
  return (
    <section
      ref={scroller}
      aria-label="Lines of the log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      style={view.isOver ? { maxHeight: height } : { height }}
      className="relative overflow-auto overscroll-contain rounded-lg border border-line bg-surface py-1"
    >
      <div
        className={wraps ? 'relative w-full' : 'relative w-max min-w-full'}
        style={{ height: virtual.getTotalSize() }}
      >
        <div
          className={wraps ? 'absolute top-0 left-0 w-full' : 'w-max min-w-full'}
          style={{ transform: `translateY(${virtual.getVirtualItems()[0]?.start ?? 0}px)` }}
        >
          {virtual.getVirtualItems().map(({ key, index: row }) => {
            const phase = rows.phaseAt(row)
            const index = rows.lineOf(row)
            const line = phase ? undefined : buffer.line(index)
            return (
              <div key={key} ref={virtual.measureElement} data-index={row}>
                {phase && <Separator {...phase} />}
                {line && (
                  <LogLineView
                    line={line}
                    index={index}
                    digits={digits}
                    wraps={wraps}
                    search={search}
                    isMarked={marked === index}
                    onMark={onMark}
                  />
                )}
              </div>
            )
          })}
        </div>
      </div>
    </section>
  )
}

const LEAST = 320
const BELOW = 28

/** What is left of the window below where it begins: its end is in view without scrolling the page. */
function useRemainingHeight(scroller: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(LEAST)
  useLayoutEffect(() => {
    const { current } = scroller
    if (current === null) return
    const measure = () => {
      const top = current.getBoundingClientRect().top + window.scrollY
      const left = window.innerHeight - top - BELOW
      // Far down in a page it is as high as the window nearly is: there one scrolls to it.
      setHeight(left >= LEAST ? left : Math.max(LEAST, window.innerHeight * 0.7))
    }
    measure()
    window.addEventListener('resize', measure)
    return () => window.removeEventListener('resize', measure)
  }, [scroller])
  return height
}

/** Each phase has a row of its own before its lines. */
function rowsOf({ count, phases }: LogView) {
  return {
    count: count + phases.length,
    phaseAt: (row: number) => phases.find(({ line }, before) => line + before === row),
    lineOf: (row: number) => row - phases.filter(({ line }, before) => line + before < row).length,
    rowOf: (line: number) => line + phases.filter((phase) => phase.line <= line).length,
  }
}

function Separator({ phase, at }: PhaseStart) {
  return (
    <p className="sticky left-0 flex w-fit items-baseline gap-2 px-3 pt-2 pb-1 font-semibold text-sm leading-5">
      {phase === 'plan' ? 'Plan' : 'Apply'}
      <time dateTime={at} className="font-normal text-muted text-xs">
        {absolute(at)}
      </time>
    </p>
  )
}

interface Following {
  readonly scroller: RefObject<HTMLElement | null>
  readonly isFollowing: boolean
  readonly onFollow: (isFollowing: boolean) => void
  readonly count: number
}

/** Milliseconds for which a list goes on scrolling after a hand moved it. */
const BY_HAND = 1000

const hands = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const

/**
 * Stays at the end while it is followed; who scrolls up leaves it, who comes back to the end follows again.
 * What moves by itself, as a list does that becomes shorter for a moment, leaves nothing.
 */
function useFollowing({ scroller, isFollowing, onFollow, count }: Following): void {
  const last = useRef(0)
  const hand = useRef({ isDown: false, at: Number.NEGATIVE_INFINITY })
  const onScroll = useEffectEvent(() => {
    const element = scroller.current
    if (element === null) return
    const isUp = element.scrollTop < last.current - 2
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < LINE
    const isByHand = hand.current.isDown || performance.now() - hand.current.at < BY_HAND
    last.current = element.scrollTop
    if (isFollowing && isUp && isByHand && !isAtEnd) onFollow(false)
    if (!isFollowing && isAtEnd && !isUp) onFollow(true)
  })
  useEffect(() => {
    const element = scroller.current
    const onHand = ({ type }: Event) => {
      hand.current = {
        isDown: hand.current.isDown || type === 'pointerdown',
        at: performance.now(),
      }
    }
    const onUp = () => {
      hand.current = { ...hand.current, isDown: false }
    }
    for (const name of hands) element?.addEventListener(name, onHand, { passive: true })
    for (const name of ['pointerup', 'pointercancel']) window.addEventListener(name, onUp)
    element?.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      for (const name of hands) element?.removeEventListener(name, onHand)
      for (const name of ['pointerup', 'pointercancel']) window.removeEventListener(name, onUp)
      element?.removeEventListener('scroll', onScroll)
    }
  }, [scroller])
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new line moves the end
  useEffect(() => {
    const element = scroller.current
    if (isFollowing && element) element.scrollTop = element.scrollHeight
  }, [isFollowing, count, scroller])
}
