import type { Problem } from '../problem.ts'
import { findCycles } from './cycles.ts'
import type { Edge, WrittenEdge } from './edges.ts'

/** A problem for each cycle; one that is the same in several environments is told once. */
export function cycleProblems(edges: readonly Edge[]): Problem[] {
  const byEnds = new Map<string, Map<string, WrittenEdge>>()
  for (const { from, to, written } of edges) {
    const known = byEnds.get(from) ?? new Map<string, WrittenEdge>()
    if (!known.has(to)) known.set(to, written)
    byEnds.set(from, known)
  }
  const needs = new Map([...byEnds].map(([from, ends]) => [from, [...ends.keys()]]))
  const cycles = findCycles({
    names: [...needs.keys()],
    needsOf: (name) => needs.get(name) ?? [],
  })
  const told = new Map<string, Problem>()
  for (const cycle of cycles) {
    const problem = toProblem(cycle, byEnds)
    if (!told.has(problem.message)) told.set(problem.message, problem)
  }
  return [...told.values()]
}

function toProblem(
  cycle: readonly string[],
  edges: ReadonlyMap<string, ReadonlyMap<string, WrittenEdge>>,
): Problem {
  const environments = new Set(cycle.map((name) => name.slice(name.lastIndexOf('@') + 1)))
  // Within one environment it is almost always the same in all.
  const shown = (name: string) => (environments.size > 1 ? name : componentOf(name))
  const lines = cycle.map((from, at) => {
    const to = cycle[(at + 1) % cycle.length] ?? from
    return `${shown(from)} ${reasonOf(edges.get(from)?.get(to))}`
  })
  const [first = ''] = cycle
  const around = [...cycle, first].map(shown).join(' → ')
  return {
    at: edges.get(first)?.get(cycle[1] ?? first)?.at,
    message: `a cycle: ${around}\n${lines.map((line) => `  ${line}`).join('\n')}`,
    next: 'Remove one of these edges.',
  }
}

function reasonOf(written: WrittenEdge | undefined): string {
  if (written === undefined) return ''
  const { component, environment, output, at } = written
  const place = `(${at.file}:${at.line}:${at.column})`
  if (output === undefined) return `needs ${component} ${place}`
  const from = environment === undefined ? '' : `environment("${environment}").`
  return `reads ${from}outputs.${component}.${output} ${place}`
}

function componentOf(name: string): string {
  return name.slice(0, name.lastIndexOf('@'))
}
