import type { GraphInput, Point } from './drawing.ts'

interface Member {
  readonly name: string
  readonly environment: string
  readonly needs: readonly { readonly name: string }[]
}

/** What is to be drawn of a change: an environment a lane, a need an edge. */
export function graphInputOf(
  nodes: readonly Member[],
  environments: readonly string[],
): GraphInput {
  const members = Map.groupBy(nodes, (node) => node.environment)
  const known = new Set(nodes.map((node) => node.name))
  return {
    lanes: environments.flatMap((name) => {
      const inside = members.get(name) ?? []
      return inside.length === 0 ? [] : [{ name, nodes: inside.map((node) => node.name) }]
    }),
    edges: nodes.flatMap((node) =>
      node.needs
        .filter((need) => known.has(need.name))
        .map((need) => ({ from: need.name, to: node.name })),
    ),
  }
}

/** About how high the drawing will be, known before it is drawn so that nothing on the page moves. */
export function heightOfGraph(laneSizes: readonly number[]): number {
  const rows = laneSizes.map((size) => Math.min(5, Math.max(1, Math.ceil(size / 3))))
  return 24 + rows.reduce((sum, count) => sum + count * 62 + 66, 0)
}

const directions: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** The node that an arrow key leads to: the nearest one in its direction. */
export function neighbour(
  places: Readonly<Record<string, Point>>,
  from: string,
  key: string,
): string | undefined {
  const direction = directions[key]
  const here = places[from]
  if (direction === undefined || here === undefined) return undefined
  const [dx, dy] = direction
  let best: { readonly name: string; readonly cost: number } | undefined
  for (const [name, { x, y }] of Object.entries(places)) {
    const ahead = (x - here.x) * dx + (y - here.y) * dy
    const aside = Math.abs((x - here.x) * dy) + Math.abs((y - here.y) * dx)
    if (name === from || ahead <= 0) continue
    const cost = ahead + 2 * aside
    if (best === undefined || cost < best.cost) best = { name, cost }
  }
  return best?.name
}
