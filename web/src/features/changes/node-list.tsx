import { type KeyboardEvent, useDeferredValue, useRef, useState } from 'react'
import { classes } from '../../ui/class-names.ts'
import { Input } from '../../ui/field.tsx'
import { oneLine } from '../../ui/long-text.tsx'
import { Status } from '../../ui/status.tsx'
import { lookOf } from '../../ui/status-words.ts'
import type { Lane } from './lanes.ts'
import type { LiveNode } from './live-change.ts'
import { PlanCounts } from './plan-counts.tsx'
import { plural } from './results.ts'

export interface NodeListProps {
  readonly lanes: readonly Lane[]
  readonly selected: string | undefined
  /** It stands beside the run: it scrolls by itself. */
  readonly isShort: boolean
  readonly onSelect: (name: string) => void
}

/** All workspaces by environment: what the graph shows, for reading. One stop for the tab key; arrows move. */
export function NodeList({ lanes, selected, isShort, onSelect }: NodeListProps) {
  const [typed, setTyped] = useState('')
  const filter = useDeferredValue(typed.trim().toLowerCase())
  const list = useRef<HTMLDivElement>(null)
  const shown = lanes
    .map((lane) => ({ ...lane, nodes: lane.nodes.filter((node) => matches(node, filter)) }))
    .filter((lane) => lane.nodes.length > 0)
  const all = shown.flatMap((lane) => lane.nodes)
  const stop = all.find((node) => node.name === selected) ?? all[0]
  const size = lanes.reduce((sum, lane) => sum + lane.nodes.length, 0)
  return (
    <div className="rounded-lg border border-line bg-surface">
      {size > 12 && (
        <div className="border-line border-b p-2">
          <Input
            type="search"
            aria-label="Filter workspaces"
            placeholder="Filter by name or status"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys of the buttons in it */}
      <div
        ref={list}
        onKeyDown={(event) => moveFocus(event, list.current)}
        className={classes(isShort && 'xl:max-h-[calc(100dvh-8rem)] xl:overflow-y-auto')}
      >
        {shown.map((lane) => (
          <section key={lane.environment.name} aria-label={oneLine(lane.environment.name, 60)}>
            <h3 className="sticky top-0 z-10 border-line border-b bg-sunken px-3 py-1 font-medium text-muted text-xs">
              {oneLine(lane.environment.name, 60)}
            </h3>
            <ul>
              {lane.nodes.map((node) => (
                <NodeRow
                  key={node.name}
                  node={node}
                  isSelected={node.name === selected}
                  isStop={node === stop}
                  isOneOfMany={size > 60}
                  onSelect={onSelect}
                />
              ))}
            </ul>
          </section>
        ))}
        {shown.length === 0 && <p className="px-3 py-3 text-muted">No workspace matches.</p>}
      </div>
    </div>
  )
}

interface NodeRowProps {
  readonly node: LiveNode
  readonly isSelected: boolean
  readonly isStop: boolean
  /** Out of sight it costs nothing then. */
  readonly isOneOfMany: boolean
  readonly onSelect: (name: string) => void
}

function NodeRow({ node, isSelected, isStop, isOneOfMany, onSelect }: NodeRowProps) {
  return (
    <li
      className={classes(
        'border-line border-b last:border-b-0',
        isOneOfMany && '[contain-intrinsic-height:auto_3.5rem] [content-visibility:auto]',
      )}
    >
      <button
        type="button"
        data-node
        tabIndex={isStop ? 0 : -1}
        aria-current={isSelected || undefined}
        onClick={() => onSelect(node.name)}
        className={classes(
          'grid w-full grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 px-3 py-2 text-left hover:bg-hover focus-visible:outline-offset-[-2px]',
          isSelected && 'bg-accent-soft hover:bg-accent-soft',
        )}
      >
        <span className="min-w-0 font-medium [overflow-wrap:anywhere]">
          {oneLine(node.component, 120)}
          {node.orphan && <span className="ml-1.5 font-normal text-warn text-xs">orphaned</span>}
        </span>
        <Status kind="result" value={node.result} as="text" />
        <NodeFacts node={node} />
      </button>
    </li>
  )
}

function NodeFacts({ node }: { node: LiveNode }) {
  const { summary, because, active, done } = node
  if (summary === undefined && because === undefined && active.length === 0) return null
  return (
    <span className="col-span-2 flex flex-wrap items-baseline gap-x-3 text-muted text-sm">
      {summary !== undefined && <PlanCounts {...summary} />}
      {(active.length > 0 || done > 0) && (
        <span>
          {plural(done, 'operation')} done
          {active.length > 0 && `, ${active.length} at work`}
        </span>
      )}
      {because !== undefined && (
        <span className="line-clamp-2 min-w-0 [overflow-wrap:anywhere]">
          {oneLine(because, 200)}
        </span>
      )}
    </span>
  )
}

function matches({ name, result }: LiveNode, filter: string): boolean {
  if (filter === '') return true
  const found = `${name} ${result} ${lookOf('result', result).word}`.toLowerCase()
  return filter.split(/\s+/).every((word) => found.includes(word))
}

function moveFocus(event: KeyboardEvent, list: HTMLElement | null): void {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key]
  if (step === undefined || list === null) return
  const all = Array.from(list.querySelectorAll<HTMLElement>('[data-node]'))
  const at = all.findIndex((one) => one.matches(':focus'))
  if (at === -1) return
  event.preventDefault()
  all[Math.min(all.length - 1, Math.max(0, at + step))]?.focus()
}
