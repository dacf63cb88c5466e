import { didYouMean } from '../../platform/nearest.ts'
import type { Component, Manifest } from '../manifest.ts'
import type { Problem } from '../problem.ts'
import { buildGraph } from './build.ts'
import { cycleProblems } from './cycle-problems.ts'
import { environmentsOf, type WrittenEdge, writtenEdges } from './edges.ts'
import { hasCycle } from './order.ts'

/** What is wrong with the edges: unknown names, edges to itself or to where nothing is, cycles. */
export function checkGraph(manifest: Manifest): Problem[] {
  const problems: Problem[] = []
  for (const component of manifest.components.values()) {
    for (const written of writtenEdges(manifest, component)) {
      const found = problemOf(manifest, component, written)
      if (found !== undefined) problems.push(found)
    }
  }
  if (hasCycle(buildGraph(manifest))) problems.push(...cycleProblems(manifest))
  return problems
}

function problemOf(
  manifest: Manifest,
  component: Component,
  written: WrittenEdge,
): Problem | undefined {
  const { at, environment: named } = written
  const target = manifest.components.get(written.component)
  if (target === undefined) {
    const message = `there is no component \`${written.component}\``
    return { at, message, next: guess(written.component, manifest.components, 'components') }
  }
  if (named !== undefined && !manifest.environments.has(named)) {
    const message = `there is no environment \`${named}\``
    return { at, message, next: guess(named, manifest.environments, 'environments') }
  }
  return (
    selfEdge(manifest, component, written) ??
    missing(manifest, component, { written, target }) ??
    againstOrder(manifest, component, written)
  )
}

/** Where an edge holds: the environments of the component, or the one that it is written for. */
function holdsIn(manifest: Manifest, component: Component, { onlyIn }: WrittenEdge): string[] {
  const all = environmentsOf(manifest, component)
  return onlyIn === undefined ? all : all.filter((name) => name === onlyIn)
}

function selfEdge(
  manifest: Manifest,
  component: Component,
  written: WrittenEdge,
): Problem | undefined {
  const { at, environment: named, output } = written
  if (written.component !== component.name) return undefined
  const holds = holdsIn(manifest, component, written)
  if (named !== undefined && !holds.includes(named)) return undefined
  const where = named === undefined ? '' : ` in ${named}`
  return {
    at,
    message:
      output === undefined
        ? `\`${component.name}\` needs itself`
        : `\`${component.name}\` reads its own output \`${output}\`${where}`,
    next: 'Remove it: a component cannot come before itself.',
  }
}

function missing(
  manifest: Manifest,
  component: Component,
  { written, target }: { readonly written: WrittenEdge; readonly target: Component },
): Problem | undefined {
  const { at, environment: named, output } = written
  const exists = environmentsOf(manifest, target)
  const wanted = named === undefined ? holdsIn(manifest, component, written) : [named]
  const absent = wanted.filter((name) => !exists.includes(name))
  if (absent.length === 0) return undefined
  const verb = output === undefined ? 'needs' : 'reads'
  const what = output === undefined ? '' : ` output \`${output}\` of`
  const only = exists.length === 0 ? 'nowhere' : `only in ${list(exists)}`
  return {
    at,
    message: `\`${component.name}\` ${verb}${what} \`${target.name}\`, which does not exist in ${list(absent)}, ${only}`,
    next: adviceFor(written, exists),
  }
}

function adviceFor(written: WrittenEdge, exists: readonly string[]): string {
  const [first] = exists
  if (written.environment !== undefined || first === undefined) {
    return `Let \`${written.component}\` exist there with \`environments\`, or name another environment.`
  }
  return written.output === undefined
    ? 'Let both exist in the same environments, with `environments`.'
    : `Read it from there, with environment("${first}").outputs.${written.component}.${written.output}, or let both exist in the same environments.`
}

/** An environment that waits for a later one would wait for ever: the later one comes after it. */
function againstOrder(
  manifest: Manifest,
  component: Component,
  written: WrittenEdge,
): Problem | undefined {
  const { at, environment: named } = written
  if (named === undefined) return undefined
  const early = holdsIn(manifest, component, written).filter((name) =>
    comesAfter(manifest, named, name),
  )
  if (early.length === 0) return undefined
  return {
    at,
    message: `\`${component.name}\` in ${list(early)} needs \`${written.component}\` in ${named}, but ${named} is applied after ${list(early)}`,
    next: `Read it from an environment that is not \`after\` ${list(early)}.`,
  }
}

function comesAfter(manifest: Manifest, later: string, earlier: string): boolean {
  const seen = new Set<string>()
  for (let at = manifest.environments.get(later)?.after; at !== undefined && !seen.has(at); ) {
    if (at === earlier) return true
    seen.add(at)
    at = manifest.environments.get(at)?.after
  }
  return false
}

function guess(name: string, known: ReadonlyMap<string, unknown>, what: string): string {
  const near = didYouMean(name, known.keys())
  if (near !== undefined) return near
  const names = [...known.keys()].slice(0, 10)
  return `The ${what} are: ${names.join(', ')}${known.size > names.length ? ', …' : ''}.`
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
