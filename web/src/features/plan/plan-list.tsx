import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useEffectEvent, useLayoutEffect, useRef } from 'react'
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

/** The rows that are in view; j and k go from one that can be opened to the next. */
export function PlanList(props: PlanListProps) {
  const { rows, isProtected, onToggle, onMissing, target } = props
  const scroller = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heights[rows[index]?.kind ?? 'line'],
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 12,
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
    focusSoon(scroller.current, key)
  }
  useTarget(rows, target, (index) => goTo(index, true))
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return
    const by = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by === undefined) return
    const key = document.activeElement?.getAttribute('data-row')
    const at = rows.findIndex((row) => row.key === key)
    const next = nextOpenable(rows, at < 0 ? firstSeen(virtual) - by : at, by)
    if (next === undefined) return
    event.preventDefault()
    goTo(next)
  }
  return (
    <section
      ref={scroller}
      aria-label="Changes of the plan"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onKeyDown={onKeyDown}
      className="relative max-h-[max(24rem,calc(100dvh-12rem))] overflow-y-auto overscroll-contain rounded-lg border border-line bg-surface [--indent:0.625rem] sm:[--indent:1.25rem]"
    >
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
              style={{ transform: `translateY(${start}px)` }}
            >
              <PlanRowView row={row} isProtected={isProtected} onToggle={onToggle} />
            </div>
          )
        })}
      </div>
    </section>
  )
}

/** What is read stays where it is when rows come or go above it. */
function useAnchor(
  rows: readonly PlanRow[],
  virtual: Virtualizer<HTMLElement, Element>,
): void {
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

function firstSeen(virtual: { readonly range: { readonly startIndex: number } | null }): number {
  return virtual.range?.startIndex ?? 0
}

/** The row is drawn only after it was scrolled to. */
function focusSoon(scroller: HTMLElement | null, key: string, attempts = 10): void {
  requestAnimationFrame(() => {
    const rows = scroller?.querySelectorAll<HTMLElement>('[data-row]') ?? []
    const row = Array.from(rows).find((one) => one.dataset['row'] === key)
    if (row) row.focus({ preventScroll: true })
    else if (attempts > 0) focusSoon(scroller, key, attempts - 1)
  })
}
