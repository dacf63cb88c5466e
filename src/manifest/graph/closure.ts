import type { Graph, WorkspaceNode } from './graph.ts'

/**
 * Everything that some workspaces need (or that needs them), through others too, without themselves;
 * each with the workspace through which it was first reached.
 */
export function closure(
  graph: Graph,
  from: Iterable<string>,
  direction: 'needs' | 'dependents',
): ReadonlyMap<string, string> {
  const start = new Set(from)
  const reached = new Map<string, string>()
  let front = [...start]
  while (front.length > 0) {
    const next: string[] = []
    for (const name of front) {
      for (const neighbour of neighbours(graph.nodes.get(name), direction)) {
        if (start.has(neighbour) || reached.has(neighbour)) continue
        reached.set(neighbour, name)
        next.push(neighbour)
      }
    }
    front = next
  }
  return reached
}

function neighbours(
  node: WorkspaceNode | undefined,
  direction: 'needs' | 'dependents',
): readonly string[] {
  if (node === undefined) return []
  return direction === 'dependents' ? node.dependents : node.needs.map((need) => need.name)
}
