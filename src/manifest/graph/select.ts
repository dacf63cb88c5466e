import { invalid } from '../../platform/errors.ts'
import { didYouMean } from '../../platform/nearest.ts'
import { closure } from './closure.ts'
import type { Graph, WorkspaceNode } from './graph.ts'
import type { Selected, Selection } from './selection.ts'

type Test = (node: WorkspaceNode) => boolean

/**
 * The workspaces that somebody asked for. A filter selects and only selects; nothing is added but by
 * `to`, `withDependencies` and `withDependents`.
 * @throws AppError `invalid` for a name that nothing has, with the nearest ones; and when the wishes
 *   leave nothing, except that nothing is affected.
 */
export function select(graph: Graph, selection: Selection): Selected {
  const because = new Map<string, readonly string[]>()
  for (const name of wanted(graph, selection)) {
    const reasons = selection.affected === undefined ? ['selected'] : selection.affected.get(name)
    if (reasons !== undefined) because.set(name, reasons)
  }
  if (selection.withDependents === true) {
    addAll(because, closure(graph, because.keys(), 'dependents'), (one) => `needs ${one}`)
  }
  if (selection.withDependencies === true) {
    addAll(because, closure(graph, because.keys(), 'needs'), (one) => `needed by ${one}`)
  }
  const names = graph.order.filter((name) => because.has(name))
  return {
    names: new Set(names),
    because: new Map(names.map((name) => [name, because.get(name) ?? []])),
  }
}

function addAll(
  because: Map<string, readonly string[]>,
  reached: ReadonlyMap<string, string>,
  reason: (from: string) => string,
): void {
  for (const [name, from] of reached) because.set(name, [reason(from)])
}

/** What the wishes leave, before it is looked at what is affected. */
function wanted(graph: Graph, selection: Selection): string[] {
  const through = toTest(graph, selection)
  const tests = [
    // What `to` needs may be in another environment: there it narrows the ends, not the result.
    through ?? environmentTest(graph, selection.environments),
    namesTest(graph, selection.names),
    componentTest(graph, selection.components),
    tagTest(graph, selection.tags),
  ].filter((test) => test !== undefined)
  const found: string[] = []
  for (const node of graph.nodes.values()) {
    if (tests.every((test) => test(node))) found.push(node.name)
  }
  if (found.length === 0 && tests.length > 0) throw nothingLeft(selection)
  return found
}

function environmentTest(graph: Graph, wishes: Selection['environments']): Test | undefined {
  if (wishes === undefined || wishes.length === 0) return undefined
  demand(wishes, new Set(graph.environments), 'environment')
  return (node) => wishes.includes(node.environment)
}

function componentTest(graph: Graph, wishes: Selection['components']): Test | undefined {
  if (wishes === undefined || wishes.length === 0) return undefined
  demand(wishes, componentsOf(graph), 'component')
  return (node) => wishes.includes(node.component)
}

function tagTest(graph: Graph, wishes: Selection['tags']): Test | undefined {
  if (wishes === undefined || wishes.length === 0) return undefined
  demand(wishes, new Set([...graph.nodes.values()].flatMap((node) => node.tags)), 'tag')
  return (node) => node.tags.some((tag) => wishes.includes(tag))
}

function namesTest(graph: Graph, wishes: Selection['names']): Test | undefined {
  if (wishes === undefined || wishes.length === 0) return undefined
  const components = componentsOf(graph)
  const found = new Set(wishes.map((wish) => resolveName(graph, components, wish)))
  return (node) => found.has(node.name) || found.has(node.component)
}

function toTest(graph: Graph, selection: Selection): Test | undefined {
  const ends = namesTest(graph, selection.to)
  if (ends === undefined) return undefined
  const inEnvironment = environmentTest(graph, selection.environments) ?? (() => true)
  const targets = [...graph.nodes.values()].filter((node) => ends(node) && inEnvironment(node))
  const names = targets.map((node) => node.name)
  const all = new Set([...names, ...closure(graph, names, 'needs').keys()])
  return (node) => all.has(node.name)
}

/** A workspace or a component by what was typed: `db@dev`, `shop/db@dev`, `db`. */
function resolveName(graph: Graph, components: ReadonlySet<string>, wish: string): string {
  const candidates = [wish, wish.slice(wish.indexOf('/') + 1)]
  const found = candidates.find((one) => graph.nodes.has(one) || components.has(one))
  if (found !== undefined) return found
  if (!wish.includes('@')) throw unknown(wish, components, 'component')
  const component = candidates
    .map((one) => one.slice(0, one.lastIndexOf('@')))
    .find((one) => components.has(one))
  if (component === undefined) throw unknown(wish, graph.nodes.keys(), 'workspace')
  const existing = [...graph.nodes.values()].filter((node) => node.component === component)
  throw invalid(`there is no workspace ${wish}`, {
    next: `\`${component}\` exists in ${existing.map((node) => node.environment).join(', ')}.`,
  })
}

function componentsOf(graph: Graph): ReadonlySet<string> {
  const names = new Set<string>()
  for (const node of graph.nodes.values()) names.add(node.component)
  return names
}

function demand(wishes: readonly string[], all: ReadonlySet<string>, what: string): void {
  for (const wish of wishes) if (!all.has(wish)) throw unknown(wish, all, what)
}

function unknown(wish: string, all: Iterable<string>, what: string) {
  return invalid(`there is no ${what} \`${wish}\``, {
    next: didYouMean(wish, all) ?? '`portolan list` shows all components and environments.',
  })
}

function nothingLeft(selection: Selection) {
  const wishes = [
    ...(selection.names ?? []),
    ...(selection.components ?? []).map((one) => `-c ${one}`),
    ...(selection.environments ?? []).map((one) => `-e ${one}`),
    ...(selection.tags ?? []).map((one) => `--tag ${one}`),
    ...(selection.to ?? []).map((one) => `--to ${one}`),
  ]
  return invalid(`no workspace is all of ${wishes.join(' ')}`, {
    next: 'Leave one out. `portolan list` shows which component exists in which environment.',
  })
}
