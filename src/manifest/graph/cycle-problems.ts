import type { Manifest } from '../manifest.ts'
import type { Problem } from '../problem.ts'
import { buildGraph } from './build.ts'
import { findCycles } from './cycles.ts'
import { type WrittenEdge, writtenEdges } from './edges.ts'
import { type Graph, nameOf, type WorkspaceNode } from './graph.ts'

/** A problem for each cycle; one that is the same in several environments is told once. */
export function cycleProblems(manifest: Manifest): Problem[] {
  const graph = buildGraph(manifest)
  const written = graph.environments.flatMap((environment) =>
    [...manifest.components.keys()].map((component) => nameOf(component, environment)),
  )
  const cycles = findCycles({
    names: written.filter((name) => graph.nodes.has(name)),
    needsOf: (name) => graph.nodes.get(name)?.needs.map((need) => need.name) ?? [],
  })
  const told = new Map<string, Problem>()
  for (const cycle of cycles) {
    const problem = toProblem(manifest, graph, cycle)
    if (!told.has(problem.message)) told.set(problem.message, problem)
  }
  return [...told.values()]
}

function toProblem(manifest: Manifest, graph: Graph, cycle: readonly string[]): Problem {
  const nodes = cycle.map((name) => graph.nodes.get(name)).filter((node) => node !== undefined)
  // Within one environment it is almost always the same in all.
  const isWide = new Set(nodes.map((node) => node.environment)).size > 1
  const shown = nodes.map((node) => (isWide ? node.name : node.component))
  const edges = nodes.map((from, at) => {
    const to = nodes[(at + 1) % nodes.length] ?? from
    return writtenBetween(manifest, from, to)
  })
  const lines = edges.map(
    (edge, at) => `  ${shown[at]} ${edge === undefined ? '' : reasonOf(edge)}`,
  )
  return {
    at: edges[0]?.at,
    message: [`a cycle: ${[...shown, shown[0]].join(' → ')}`, ...lines].join('\n'),
    next: 'Remove one of these edges.',
  }
}

function writtenBetween(
  manifest: Manifest,
  from: WorkspaceNode,
  to: WorkspaceNode,
): WrittenEdge | undefined {
  const component = manifest.components.get(from.component)
  if (component === undefined) return undefined
  return writtenEdges(manifest, component).find(
    (written) =>
      written.component === to.component &&
      (written.environment ?? from.environment) === to.environment &&
      (written.onlyIn === undefined || written.onlyIn === from.environment),
  )
}

function reasonOf({ component, environment, output, at }: WrittenEdge): string {
  const place = `(${at.file}:${at.line}:${at.column})`
  if (output === undefined) return `needs ${component} ${place}`
  const from = environment === undefined ? '' : `environment("${environment}").`
  return `reads ${from}outputs.${component}.${output} ${place}`
}
