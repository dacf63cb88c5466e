interface Needy {
  readonly name: string
  readonly needs: readonly { readonly name: string }[]
}

/**
 * What is needed before what needs it; otherwise in the given order. Needs outside are left aside.
 * @throws Error when they go round in a circle, or a name appears twice
 */
export function dependencyOrder<T extends Needy>(nodes: readonly T[]): T[] {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  if (byName.size !== nodes.length) throw new Error('a workspace appears twice')
  const placed = new Set<string>()
  const open = new Set<string>()
  const order: T[] = []
  for (const root of nodes) {
    const stack = [root]
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const missing = node.needs.filter(({ name }) => byName.has(name) && !placed.has(name))
      if (placed.has(node.name) || missing.length === 0) {
        if (!placed.has(node.name)) order.push(node)
        placed.add(node.name)
        stack.pop()
        continue
      }
      if (open.has(node.name)) throw new Error(`what ${node.name} needs is a circle`)
      open.add(node.name)
      stack.push(...missing.flatMap(({ name }) => byName.get(name) ?? []).reverse())
    }
  }
  return order
}
