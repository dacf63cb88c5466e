import { layout as dagreLayout, Graph } from '@dagrejs/dagre'
import {
  edgeId,
  type GraphEdge,
  type GraphInput,
  type GraphLayout,
  type LanePlace,
  NODE,
  type Point,
} from './drawing.ts'

const GAP = { between: 12, ranks: 44, lanes: 16 } as const
const PADDING = { x: 16, top: 36, bottom: 14 } as const

/** Where everything is drawn. Deterministic: the same graph looks the same. */
export function layoutGraph({ lanes, edges }: GraphInput): GraphLayout {
  const places: Record<string, Point> = {}
  const ways: Record<string, readonly Point[]> = {}
  const drawn = lanes.map((lane) => ({ lane, ...layoutLane(lane.nodes, edges) }))
  const widest = Math.max(0, ...drawn.map(({ width }) => width))
  const found: LanePlace[] = []
  let y = 0
  for (const { lane, inside, through, height } of drawn) {
    const corner = { x: PADDING.x, y: y + PADDING.top }
    for (const [name, point] of inside) places[name] = plus(point, corner)
    for (const [id, points] of through) ways[id] = points.map((point) => plus(point, corner))
    const whole = height + PADDING.top + PADDING.bottom
    found.push({ name: lane.name, x: 0, y, width: widest + 2 * PADDING.x, height: whole })
    y += whole + GAP.lanes
  }
  return { places, lanes: found, ways }
}

function plus(a: Point, b: Point): Point {
  return { x: a.x + b.x, y: a.y + b.y }
}

interface Inside {
  readonly inside: ReadonlyMap<string, Point>
  readonly through: ReadonlyMap<string, readonly Point[]>
  readonly width: number
  readonly height: number
}

function layoutLane(nodes: readonly string[], edges: readonly GraphEdge[]): Inside {
  const here = new Set(nodes)
  const within = edges.filter(({ from, to }) => here.has(from) && here.has(to))
  const joined = new Set(within.flatMap(({ from, to }) => [from, to]))
  const ranked = layoutJoined(
    nodes.filter((name) => joined.has(name)),
    within,
  )
  const loose = layoutLoose(
    nodes.filter((name) => !joined.has(name)),
    ranked.width,
  )
  const gap = ranked.height > 0 && loose.height > 0 ? GAP.between : 0
  const below = [...loose.inside].map(
    ([name, { x, y }]) => [name, { x, y: y + ranked.height + gap }] as const,
  )
  return {
    inside: new Map([...ranked.inside, ...below]),
    through: ranked.through,
    width: Math.max(ranked.width, loose.width),
    height: ranked.height + gap + loose.height,
  }
}

function layoutJoined(nodes: readonly string[], edges: readonly GraphEdge[]): Inside {
  if (nodes.length === 0) return nothing
  const graph = new Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: GAP.between, ranksep: GAP.ranks })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const name of nodes) graph.setNode(name, { ...NODE })
  for (const { from, to } of edges) graph.setEdge(from, to)
  dagreLayout(graph)
  const points = nodes.map((name) => {
    const { x, y } = graph.node(name)
    return [name, { x: (x ?? 0) - NODE.width / 2, y: (y ?? 0) - NODE.height / 2 }] as const
  })
  const through = edges.map(
    (edge) => [edgeId(edge), graph.edge(edge.from, edge.to).points ?? []] as const,
  )
  return framed(points, through)
}

/** What nothing joins fills rows: a column of 200 would be unreadable. */
function layoutLoose(nodes: readonly string[], width: number): Inside {
  const cell = { width: NODE.width + GAP.between, height: NODE.height + GAP.between }
  const fitting = Math.floor((width + GAP.between) / cell.width)
  const columns = Math.max(fitting, Math.ceil(Math.sqrt(nodes.length * 0.75)), 1)
  return framed(
    nodes.map((name, index) => [
      name,
      { x: (index % columns) * cell.width, y: Math.floor(index / columns) * cell.height },
    ]),
  )
}

const nothing: Inside = { inside: new Map(), through: new Map(), width: 0, height: 0 }

/** Moved so that it begins at 0. */
function framed(
  points: readonly (readonly [string, Point])[],
  through: readonly (readonly [string, readonly Point[]])[] = [],
): Inside {
  if (points.length === 0) return nothing
  const all = [
    ...points.map(([, { x, y }]) => ({ x, y, right: x + NODE.width, bottom: y + NODE.height })),
    ...through.flatMap(([, way]) => way.map(({ x, y }) => ({ x, y, right: x, bottom: y }))),
  ]
  const corner = { x: -Math.min(...all.map(({ x }) => x)), y: -Math.min(...all.map(({ y }) => y)) }
  return {
    inside: new Map(points.map(([name, point]) => [name, plus(point, corner)])),
    through: new Map(through.map(([id, way]) => [id, way.map((point) => plus(point, corner))])),
    width: Math.max(...all.map(({ right }) => right)) + corner.x,
    height: Math.max(...all.map(({ bottom }) => bottom)) + corner.y,
  }
}
