import { layout as dagreLayout, Graph } from '@dagrejs/dagre'

/** What is to be drawn: lanes below one another, in each of them nodes from left to right. */
export interface GraphInput {
  readonly lanes: readonly { readonly name: string; readonly nodes: readonly string[] }[]
  readonly edges: readonly GraphEdge[]
}

export interface GraphEdge {
  /** What comes first. */
  readonly from: string
  readonly to: string
}

export interface GraphLayout {
  /** The upper left corner of each node. */
  readonly places: Readonly<Record<string, Point>>
  readonly lanes: readonly LanePlace[]
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface LanePlace extends Point {
  readonly name: string
  readonly width: number
  readonly height: number
}

export const NODE = { width: 220, height: 56 } as const

const GAP = { between: 16, ranks: 56, lanes: 28 } as const
const PADDING = { x: 16, top: 40, bottom: 16 } as const

/** Where everything is drawn. Deterministic: the same graph looks the same. */
export function layoutGraph({ lanes, edges }: GraphInput): GraphLayout {
  const places: Record<string, Point> = {}
  const drawn = lanes.map((lane) => ({ lane, ...layoutLane(lane.nodes, edges) }))
  const widest = Math.max(0, ...drawn.map(({ width }) => width))
  const found: LanePlace[] = []
  let y = 0
  for (const { lane, inside, height } of drawn) {
    for (const [name, point] of inside) {
      places[name] = { x: point.x + PADDING.x, y: y + point.y + PADDING.top }
    }
    const whole = height + PADDING.top + PADDING.bottom
    found.push({ name: lane.name, x: 0, y, width: widest + 2 * PADDING.x, height: whole })
    y += whole + GAP.lanes
  }
  return { places, lanes: found }
}

interface Inside {
  readonly inside: ReadonlyMap<string, Point>
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
    width: Math.max(ranked.width, loose.width),
    height: ranked.height + gap + loose.height,
  }
}

function layoutJoined(nodes: readonly string[], edges: readonly GraphEdge[]): Inside {
  if (nodes.length === 0) return { inside: new Map(), width: 0, height: 0 }
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
  return framed(points)
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

function framed(points: readonly (readonly [string, Point])[]): Inside {
  if (points.length === 0) return { inside: new Map(), width: 0, height: 0 }
  const left = Math.min(...points.map(([, { x }]) => x))
  const top = Math.min(...points.map(([, { y }]) => y))
  return {
    inside: new Map(points.map(([name, { x, y }]) => [name, { x: x - left, y: y - top }])),
    width: Math.max(...points.map(([, { x }]) => x)) - left + NODE.width,
    height: Math.max(...points.map(([, { y }]) => y)) - top + NODE.height,
  }
}
