import { ArrowLeft, List, Workflow } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { useMedia } from '../../lib/media.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/class-names.ts'
import { Skeleton } from '../../ui/states.tsx'
import { heightOfGraph } from '../graph/graph-input.ts'
import type { ChangeAsk } from './dialogs/change-dialog.tsx'
import type { Lane } from './lanes.ts'
import type { LiveChange, LiveNode } from './live-change.ts'
import { NodeList } from './node-list.tsx'
import { plural } from './results.ts'
import { RunPanel } from './run-panel.tsx'
import { type ShownPart, useShownPart } from './shown-part.ts'

const ChangeGraph = lazy(async () => ({
  default: (await import('../graph/change-graph.tsx')).ChangeGraph,
}))

/** More nodes than this are read better in a list. */
const MOST_IN_GRAPH = 300

export interface ChangeWorkspacesProps {
  readonly live: LiveChange
  readonly lanes: readonly Lane[]
  readonly onAsk: (ask: ChangeAsk) => void
}

/** All workspaces as a graph or as a list, and the run of the one that is looked at. */
export function ChangeWorkspaces({ live, lanes, onAsk }: ChangeWorkspacesProps) {
  const {
    part: { node: name, view },
    show,
  } = useShownPart()
  const isWide = useMedia('(min-width: 48rem)')
  const isBeside = useMedia('(min-width: 80rem)')
  const node = live.nodes.find((one) => one.name === name)
  const byItself = isWide && live.nodes.length <= MOST_IN_GRAPH ? 'graph' : 'list'
  const shown = view === 'graph' || view === 'list' ? view : byItself
  const go = (part: ShownPart) => show(part, { replace: name !== undefined })
  const select = (to: string | undefined) => go({ node: to, tab: undefined })
  const panel = usePanelInSight(node?.name, !isBeside)
  return (
    <section aria-label="Workspaces" className="mb-8">
      <div className="mb-2 flex items-center justify-between gap-3">
        <h2 className="font-semibold text-lg">{plural(live.nodes.length, 'workspace')}</h2>
        {node !== undefined && !isWide ? (
          <Button
            size="small"
            icon={<ArrowLeft aria-hidden className="size-3.5" />}
            onClick={() => select(undefined)}
          >
            All workspaces
          </Button>
        ) : (
          <ViewSwitch shown={shown} onShow={(to) => go({ view: to })} />
        )}
      </div>
      <div
        className={classes(
          'grid grid-cols-1 items-start gap-4',
          node !== undefined && 'xl:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]',
        )}
      >
        <div
          className={classes('min-w-0', node !== undefined && 'max-md:hidden xl:sticky xl:top-4')}
        >
          {shown === 'graph' ? (
            <Graph live={live} lanes={lanes} selected={node} onSelect={select} />
          ) : (
            <NodeList
              lanes={lanes}
              selected={node?.name}
              isShort={node !== undefined}
              onSelect={select}
            />
          )}
        </div>
        {node !== undefined && (
          <div
            ref={panel}
            tabIndex={-1}
            className="min-w-0 scroll-mt-16 outline-none lg:scroll-mt-4"
          >
            <RunPanel
              key={node.name}
              live={live}
              node={node}
              onAsk={onAsk}
              onSelect={select}
              onClose={() => select(undefined)}
            />
          </div>
        )}
        {name !== undefined && node === undefined && (
          <p role="status" className="text-muted">
            The workspace that the address names takes no part in this change.
          </p>
        )}
      </div>
    </section>
  )
}

interface GraphProps {
  readonly live: LiveChange
  readonly lanes: readonly Lane[]
  readonly selected: LiveNode | undefined
  readonly onSelect: (name: string) => void
}

function Graph({ live, lanes, selected, onSelect }: GraphProps) {
  const environments = lanes.map((lane) => lane.environment.name)
  const height = heightOfGraph(lanes.map((lane) => lane.nodes.length))
  return (
    <div
      className="overflow-hidden rounded-lg border border-line bg-sunken"
      style={{ height: `min(${height}px, max(24rem, 70dvh))` }}
    >
      <Suspense fallback={<Skeleton className="h-full w-full" />}>
        <ChangeGraph
          nodes={live.nodes}
          environments={environments}
          selected={selected?.name}
          onSelect={onSelect}
        />
      </Suspense>
    </div>
  )
}

const views = [
  { name: 'graph', word: 'Graph', Icon: Workflow },
  { name: 'list', word: 'List', Icon: List },
] as const

function ViewSwitch({ shown, onShow }: { shown: string; onShow: (view: string) => void }) {
  return (
    <fieldset className="flex rounded-md border border-strong bg-surface p-0.5">
      <legend className="sr-only">Show the workspaces as</legend>
      {views.map(({ name, word, Icon }) => (
        <button
          key={name}
          type="button"
          aria-pressed={shown === name}
          onClick={() => onShow(name)}
          className={classes(
            'inline-flex items-center gap-1.5 rounded px-2 py-0.5 font-medium text-sm',
            shown === name ? 'bg-hover text-ink' : 'text-muted hover:text-ink',
          )}
        >
          <Icon aria-hidden className="size-3.5" />
          {word}
        </button>
      ))}
    </fieldset>
  )
}

/** Where the run is not shown beside it, whoever chooses a node is led to what came. */
function usePanelInSight(name: string | undefined, isBelow: boolean) {
  const panel = useRef<HTMLDivElement>(null)
  const former = useRef(name)
  useEffect(() => {
    if (name === former.current) return
    former.current = name
    if (isBelow && name !== undefined) {
      panel.current?.scrollIntoView({ block: 'start' })
      panel.current?.focus({ preventScroll: true })
    }
  }, [name, isBelow])
  return panel
}
