import { useWindowVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react'
import type { PlanItem } from './plan-model.ts'
import { PlanRowView } from './plan-row-view.tsx'
import type { PlanRow } from './plan-rows.ts'

/** About how high rows are before they are seen, in pixels. */
const heights: Readonly<Record<PlanRow['kind'], number>> = {
  section: 35,
  module: 32,
  item: 34,
  line: 20,
  fold: 20,
  wait: 20,
}

export interface PlanListProps {
  readonly rows: readonly PlanRow[]
  readonly isProtected: (item: PlanItem) => boolean
  readonly onToggle: (key: string) => void
  /** Items whose lines are in view and not there yet. */
  readonly onMissing: (ids: readonly string[]) => void
  /** The key of the row to go to; another object goes there again. */
  readonly target: { readonly key: string } | undefined
}

/** Below what stays at the top of the page while it is scrolled, in pixels. */
const HEADROOM = 110

/**
 * The rows that are in view as the page is scrolled; j and k go from one that can be opened to the next.
 */
export function PlanList(props: PlanListProps) {
  const { rows, isProtected, onToggle, onMissing, target } = props
  const list = useRef<HTMLElement>(null)
  const scrollMargin = useTop(list)
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => heights[rows[index]?.kind ?? 'line'],
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 12,
    scrollMargin,
    scrollPaddingStart: HEADROOM,
    scrollPaddingEnd: 24,
  })
  useAnchor(rows, virtual)
  const missing = virtual.getVirtualItems().flatMap(({ index }) => {
    const row = rows[index]
    return row?.kind === 'wait' ? [row.itemId] : []
  })
  const report = useEffectEvent(() => onMissing(missing))
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is missing counts
  useEffect(() => report(), [missing.join('\n')])
  const goTo = (index: number, isAtTop = false) => {
    const key = rows[index]?.key
    if (key === undefined) return
    virtual.scrollToIndex(index, { align: isAtTop ? 'start' : 'auto' })
    focusSoon(list.current, key)
  }
  useTarget(rows, target, (index) => goTo(index, true))
  useRowKeys(list, (by) => {
    const key = document.activeElement?.getAttribute('data-row')
    const at = rows.findIndex((row) => row.key === key)
    const first = virtual.getVirtualItems().find(({ start }) => start >= window.scrollY)?.index ?? 0
    const next = nextOpenable(rows, at < 0 ? first - by : at, by)
    if (next !== undefined) goTo(next)
    return next !== undefined
  })
  return (
    <section ref={list} aria-label="Changes of the plan">
      <div className="relative w-full" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ key, index, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className="absolute top-0 left-0 w-full"
              style={{ transform: `translateY(${start - scrollMargin}px)` }}
            >
              <PlanRowView row={row} isProtected={isProtected} onToggle={onToggle} />
            </div>
          )
        })}
      </div>
    </section>
  )
}

/** How far from the top of the page the list begins. */
function useTop(list: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    const { current } = list
    if (current === null) return
    const measure = () => setTop(Math.round(current.getBoundingClientRect().top + window.scrollY))
    measure()
    // What stands above it grows and shrinks with the page.
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [list])
  return top
}

/** j and k everywhere in the page, arrows in the list; not while somebody writes or decides. */
function useRowKeys(list: RefObject<HTMLElement | null>, move: (by: 1 | -1) => boolean): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return
    const { target } = event
    if (!(target instanceof HTMLElement) || document.querySelector('dialog[open]')) return
    if (/^(input|textarea|select)$/i.test(target.tagName)) return
    const isArrow = event.key === 'ArrowDown' || event.key === 'ArrowUp'
    if (isArrow && !list.current?.contains(target)) return
    const by = event.key === 'j' || event.key === 'ArrowDown' ? 1 : -1
    if (!isArrow && event.key !== 'j' && event.key !== 'k') return
    if (move(by)) event.preventDefault()
  })
  useEffect(() => {
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

/** What is read stays where it is when rows come or go above it. */
function useAnchor(rows: readonly PlanRow[], virtual: Virtualizer<Window, Element>): void {
  const anchor = useRef<{ readonly key: unknown; readonly offset: number }>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only other rows move what is read
  useLayoutEffect(() => {
    const { current: before } = anchor
    if (before === undefined || (virtual.scrollOffset ?? 0) <= 0) return
    const index = rows.findIndex(({ key }) => key === before.key)
    const start = virtual.measurementsCache[index]?.start
    if (start !== undefined) virtual.scrollToOffset(start - before.offset)
  }, [rows])
  useLayoutEffect(() => {
    const offset = virtual.scrollOffset ?? 0
    const first = virtual.getVirtualItems().find(({ end }) => end > offset)
    anchor.current = first && { key: first.key, offset: first.start - offset }
  })
}

/** Goes once to each target, as soon as its row is there. */
function useTarget(
  rows: readonly PlanRow[],
  target: PlanListProps['target'],
  goTo: (index: number) => void,
): void {
  const reached = useRef<PlanListProps['target']>(undefined)
  const reach = useEffectEvent(() => {
    if (target === undefined || reached.current === target) return
    const index = rows.findIndex(({ key }) => key === target.key)
    if (index < 0) return
    reached.current = target
    goTo(index)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row may come later than the target
  useEffect(() => reach(), [rows, target])
}

function nextOpenable(rows: readonly PlanRow[], from: number, by: number): number | undefined {
  for (let index = from + by; index >= 0 && index < rows.length; index += by) {
    const kind = rows[index]?.kind
    if (kind === 'item' || kind === 'module' || kind === 'section') return index
  }
  return undefined
}

/** The row is drawn only after it was scrolled to. */
function focusSoon(list: HTMLElement | null, key: string, attempts = 10): void {
  requestAnimationFrame(() => {
    const rows = list?.querySelectorAll<HTMLElement>('[data-row]') ?? []
    const row = Array.from(rows).find((one) => one.dataset['row'] === key)
    if (row) row.focus({ preventScroll: true })
    else if (attempts > 0) focusSoon(list, key, attempts - 1)
  })
}
