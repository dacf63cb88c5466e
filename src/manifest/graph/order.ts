import type { Graph, WorkspaceNode } from './graph.ts'

/**
 * Workspaces with what they need first, and else as they come: each stands right behind the last thing
 * that it needs and that was not there yet. Those in a cycle come too, in some order.
 */
export function orderOf(nodes: ReadonlyMap<string, WorkspaceNode>): WorkspaceNode[] {
  const order: WorkspaceNode[] = []
  const seen = new Set<WorkspaceNode>()
  // No recursion: a chain may be as long as the manifest.
  const path: { readonly node: WorkspaceNode; next: number }[] = []
  const enter = (node: WorkspaceNode | undefined) => {
    if (node === undefined || seen.has(node)) return
    seen.add(node)
    path.push({ node, next: 0 })
  }
  for (const node of nodes.values()) {
    enter(node)
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const need = last.node.needs[last.next]
      last.next += 1
      if (need === undefined) {
        order.push(last.node)
        path.pop()
      } else enter(nodes.get(need.name))
    }
  }
  return order
}

/** True when something comes before what it needs: then there is a cycle, and no order. */
export function hasCycle(graph: Graph): boolean {
  const before = new Set<string>()
  for (const node of graph.nodes.values()) {
    if (node.needs.some((need) => !before.has(need.name))) return true
    before.add(node.name)
  }
  return false
}
