/** Edges between names; `needsOf` gives the names that one needs. */
export interface Edges {
  readonly names: readonly string[]
  needsOf(name: string): readonly string[]
}

/**
 * A shortest cycle of each knot of names that need one another: `[a, b]` means that a needs b and b
 * needs a. It starts with the name that comes first. Empty when there is an order.
 */
export function findCycles(edges: Edges): string[][] {
  return knots(edges).map((knot) => {
    const inside = new Set(knot)
    let shortest: string[] | undefined
    for (const start of edges.names) {
      if (!inside.has(start)) continue
      const found = cycleFrom(start, inside, edges, shortest?.length ?? inside.size + 1)
      if (found !== undefined) shortest = found
      if (shortest !== undefined && shortest.length <= 2) break
    }
    return shortest ?? knot
  })
}

/** A cycle through `start` that is shorter than `below`, breadth first. */
function cycleFrom(
  start: string,
  inside: ReadonlySet<string>,
  edges: Edges,
  below: number,
): string[] | undefined {
  const cameFrom = new Map<string, string>()
  let front = [start]
  for (let length = 1; front.length > 0 && length < below; length += 1) {
    const next: string[] = []
    for (const name of front) {
      for (const needed of edges.needsOf(name)) {
        if (needed === start) return pathTo(name, start, cameFrom)
        if (!inside.has(needed) || cameFrom.has(needed)) continue
        cameFrom.set(needed, name)
        next.push(needed)
      }
    }
    front = next
  }
  return undefined
}

function pathTo(name: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const path = [name]
  for (let at = name; at !== start; ) {
    at = cameFrom.get(at) ?? start
    path.push(at)
  }
  return path.reverse()
}

/** Strongly connected components of more than one name (Tarjan), without recursion. */
function knots(edges: Edges): string[][] {
  const found: string[][] = []
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const waiting: string[] = []
  const isWaiting = new Set<string>()
  const path: { readonly name: string; readonly needs: readonly string[]; next: number }[] = []
  const enter = (name: string) => {
    index.set(name, index.size)
    low.set(name, index.get(name) ?? 0)
    waiting.push(name)
    isWaiting.add(name)
    path.push({ name, needs: edges.needsOf(name), next: 0 })
  }
  const lower = (name: string, to: number | undefined) => {
    low.set(name, Math.min(low.get(name) ?? 0, to ?? 0))
  }
  const leave = (name: string) => {
    path.pop()
    const above = path.at(-1)
    if (above !== undefined) lower(above.name, low.get(name))
    if (low.get(name) !== index.get(name)) return
    const knot = waiting.splice(waiting.lastIndexOf(name))
    for (const one of knot) isWaiting.delete(one)
    if (knot.length > 1) found.push(knot)
  }
  for (const name of edges.names) {
    if (!index.has(name)) enter(name)
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const needed = last.needs[last.next]
      last.next += 1
      if (needed === undefined) leave(last.name)
      else if (!index.has(needed)) enter(needed)
      else if (isWaiting.has(needed)) lower(last.name, index.get(needed))
    }
  }
  return found
}
