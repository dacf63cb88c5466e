/** The workspaces of one environment as a tree that is written from top to bottom. */
export interface Shape {
  /** Indexes of the nodes; each comes after the one below which it stands. */
  readonly order: readonly number[]
  /** For each place in `order`: where its branch ends (the first place that is not in it). */
  readonly ends: readonly number[]
  /** For each place in `order`: the place of what it stands below, or -1. */
  readonly parents: readonly number[]
}

interface Task {
  readonly name: string
  readonly needs: readonly string[]
}

/**
 * Of a graph a tree: each workspace stands below the one that it needs and that comes last of those,
 * so that all it waits for is above it or beside it.
 */
export function shapeOf(tasks: readonly Task[]): Shape {
  const at = new Map(tasks.map((task, index) => [task.name, index]))
  const needs = tasks.map((task) => task.needs.flatMap((name) => at.get(name) ?? []))
  const levels = levelsOf(needs)
  const roots: number[] = []
  const below: number[][] = tasks.map(() => [])
  for (const index of tasks.keys()) {
    const parent = deepest(needs[index] ?? [], levels, levels[index] ?? 0)
    if (parent === undefined) roots.push(index)
    else below[parent]?.push(index)
  }
  return written(roots, below)
}

/** The length of the longest way to each node; what stands in a circle is at the start. */
function levelsOf(needs: readonly (readonly number[])[]): number[] {
  const levels = needs.map(() => 0)
  const open = needs.map((list) => list.length)
  const dependents: number[][] = needs.map(() => [])
  for (const [index, list] of needs.entries())
    for (const need of list) dependents[need]?.push(index)
  const ready = [...open.keys()].filter((index) => open[index] === 0)
  for (let done = 0; done < ready.length; done += 1) {
    const index = ready[done] ?? 0
    for (const next of dependents[index] ?? []) {
      levels[next] = Math.max(levels[next] ?? 0, (levels[index] ?? 0) + 1)
      open[next] = (open[next] ?? 0) - 1
      if (open[next] === 0) ready.push(next)
    }
  }
  return levels.map((level, index) => (open[index] === 0 ? level : 0))
}

function deepest(
  needs: readonly number[],
  levels: readonly number[],
  own: number,
): number | undefined {
  let best: number | undefined
  for (const need of needs) {
    const level = levels[need] ?? 0
    if (level < own && (best === undefined || level >= (levels[best] ?? 0))) best = need
  }
  return best
}

function written(roots: readonly number[], below: readonly (readonly number[])[]): Shape {
  const order: number[] = []
  const ends: number[] = []
  const parents: number[] = []
  const stack = roots.toReversed().map((index) => ({ index, parent: -1 }))
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const place = order.length
    order.push(next.index)
    parents.push(next.parent)
    for (const child of (below[next.index] ?? []).toReversed()) {
      stack.push({ index: child, parent: place })
    }
  }
  for (let place = order.length - 1; place >= 0; place -= 1) {
    const end = ends[place] ?? place + 1
    ends[place] = end
    const parent = parents[place] ?? -1
    if (parent >= 0) ends[parent] = Math.max(ends[parent] ?? 0, end)
  }
  return { order, ends, parents }
}
