import '@xyflow/react/dist/base.css'
import {
  type Edge,
  type Node,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react'
import { Maximize, Minus, Plus } from 'lucide-react'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { IconButton } from '../../ui/button.tsx'
import { Skeleton } from '../../ui/states.tsx'
import type { LiveNode } from '../changes/live-change.ts'
import { edgeId, type GraphLayout, NODE } from './drawing.ts'
import { graphInputOf, neighbour } from './graph-input.ts'
import { LaneBox } from './lane-box.tsx'
import { NodeCard, type NodeCardData } from './node-card.tsx'
import { useFirstView } from './use-first-view.ts'
import { useLayout } from './use-layout.ts'
import { WayEdge } from './way-edge.tsx'

export interface ChangeGraphProps {
  /** In dependency order. */
  readonly nodes: readonly LiveNode[]
  readonly environments: readonly string[]
  readonly selected: string | undefined
  readonly onSelect: (name: string) => void
}

/** The workspaces of a change and what they need, live. One stop for the tab key; arrows go from node to node. */
export function ChangeGraph(props: ChangeGraphProps) {
  const { nodes, environments } = props
  const names = environments.join('\n')
  const shape = nodes.map((node) => node.name).join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: nodes are new objects with every event, the shape stays
  const input = useMemo(() => graphInputOf(nodes, environments), [shape, names])
  const layout = useLayout(input)
  if (layout === undefined) return <Skeleton className="h-full w-full" />
  return (
    <ReactFlowProvider>
      <Drawn {...props} layout={layout} edges={input.edges} />
    </ReactFlowProvider>
  )
}

const nodeTypes = { card: NodeCard, lane: LaneBox }
const edgeTypes = { way: WayEdge }
const fit = { padding: 0.04, maxZoom: 1, minZoom: 0.1 } as const

interface DrawnProps extends ChangeGraphProps {
  readonly layout: GraphLayout
  readonly edges: readonly { readonly from: string; readonly to: string }[]
}

function Drawn({ nodes, selected, onSelect, layout, edges }: DrawnProps) {
  const flow = useReactFlow()
  const root = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<string>()
  const stop = active ?? selected ?? nodes[0]?.name
  const lanes = useMemo(() => laneNodes(layout), [layout])
  const cards = useCards({ nodes, layout, selected, stop, onSelect })
  const lines = useMemo(() => edgesOf(edges, layout, selected), [edges, layout, selected])
  const all = useMemo(() => [...lanes, ...cards], [lanes, cards])
  useFirstView({ root, layout, selected })
  const onKeyDown = (event: KeyboardEvent) => {
    const to = stop && neighbour(layout.places, stop, event.key)
    const place = to && layout.places[to]
    if (!place || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    setActive(to)
    const card = root.current?.querySelector<HTMLElement>(`[data-card="${CSS.escape(to)}"]`)
    card?.focus({ preventScroll: true })
    if (card && !isInside(card, root.current)) {
      const x = place.x + NODE.width / 2
      flow.setCenter(x, place.y + NODE.height / 2, { zoom: flow.getZoom() }).catch(() => undefined)
    }
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys of the nodes in it
    <div ref={root} onKeyDown={onKeyDown} className="h-full w-full">
      <ReactFlow
        nodes={all}
        edges={lines}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        minZoom={0.1}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        preventScrolling={false}
        zoomOnScroll={false}
        proOptions={{ hideAttribution: true }}
      >
        <Panel
          position="bottom-right"
          className="m-2! flex rounded-md border border-strong bg-surface"
        >
          <IconButton label="Zoom in" size="small" onClick={() => flow.zoomIn()}>
            <Plus aria-hidden className="size-3.5" />
          </IconButton>
          <IconButton label="Zoom out" size="small" onClick={() => flow.zoomOut()}>
            <Minus aria-hidden className="size-3.5" />
          </IconButton>
          <IconButton label="Show all" size="small" onClick={() => flow.fitView(fit)}>
            <Maximize aria-hidden className="size-3.5" />
          </IconButton>
        </Panel>
      </ReactFlow>
    </div>
  )
}

interface CardsOptions extends Pick<ChangeGraphProps, 'nodes' | 'selected' | 'onSelect'> {
  readonly layout: GraphLayout
  readonly stop: string | undefined
}

/** Only what changed is a new object, so that only that is drawn again. */
function useCards({ nodes, layout, selected, stop, onSelect }: CardsOptions): Node[] {
  const former = useRef(new Map<string, Node<NodeCardData>>())
  const select = useRef(onSelect)
  useEffect(() => {
    select.current = onSelect
  })
  return useMemo(() => {
    const cards = nodes.map((node) => {
      const isSelected = node.name === selected
      const isStop = node.name === stop
      const before = former.current.get(node.name)
      const position = layout.places[node.name] ?? { x: 0, y: 0 }
      const same =
        before?.data.node === node &&
        before.data.isSelected === isSelected &&
        before.data.isStop === isStop &&
        before.position === position
      if (same) return before
      const onSelectOne = (name: string) => select.current(name)
      const data: NodeCardData = { node, isSelected, isStop, onSelect: onSelectOne }
      return { id: node.name, type: 'card', position, data, ...NODE }
    })
    former.current = new Map(cards.map((card) => [card.id, card]))
    return cards
  }, [nodes, layout, selected, stop])
}

function laneNodes({ lanes }: GraphLayout): Node[] {
  return lanes.map(({ name, x, y, width, height }) => ({
    id: `lane ${name}`,
    type: 'lane',
    position: { x, y },
    width,
    height,
    zIndex: -1,
    data: { name },
    selectable: false,
  }))
}

function edgesOf(
  edges: DrawnProps['edges'],
  { ways }: GraphLayout,
  selected: string | undefined,
): Edge[] {
  return edges.map(({ from, to }) => {
    const isNear = from === selected || to === selected
    const id = edgeId({ from, to })
    return {
      id,
      type: 'way',
      data: { way: ways[id] },
      source: from,
      target: to,
      style: { stroke: isNear ? 'var(--accent)' : 'var(--control)', strokeWidth: isNear ? 2 : 1 },
      ...(isNear ? { zIndex: 1 } : {}),
    }
  })
}

function isInside(card: Element, root: Element | null): boolean {
  if (root === null) return true
  const inner = card.getBoundingClientRect()
  const outer = root.getBoundingClientRect()
  return (
    inner.left >= outer.left &&
    inner.right <= outer.right &&
    inner.top >= outer.top &&
    inner.bottom <= outer.bottom
  )
}
