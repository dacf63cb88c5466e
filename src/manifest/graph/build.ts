import type { Component, Manifest } from '../manifest.ts'
import { environmentsOf, type WrittenEdge, writtenEdges } from './edges.ts'
import { type Graph, nameOf, type WorkspaceNeed, type WorkspaceNode } from './graph.ts'
import { orderOf } from './order.ts'

const built = new WeakMap<Manifest, Graph>()

/** The graph of a manifest that `checkGraph` found right; what is wrong is left out. */
export function buildGraph(manifest: Manifest): Graph {
  const known = built.get(manifest)
  if (known !== undefined) return known
  const drafts = draft(manifest)
  for (const component of manifest.components.values()) connect(manifest, component, drafts)
  const nodes = new Map<string, WorkspaceNode>()
  for (const node of orderOf(inGroups(drafts))) nodes.set(node.name, node)
  const graph = {
    environments: [...manifest.environments.keys()],
    nodes,
    order: [...nodes.keys()],
  }
  built.set(manifest, graph)
  return graph
}

/** What is in a lower group stands before; most manifests have one group only. */
function inGroups(nodes: ReadonlyMap<string, Node>): ReadonlyMap<string, Node> {
  if (new Set([...nodes.values()].map((node) => node.group)).size < 2) return nodes
  return new Map([...nodes].sort(([, a], [, b]) => a.group - b.group))
}

class Node implements WorkspaceNode {
  readonly name: string
  readonly component: string
  readonly environment: string
  readonly tags: readonly string[]
  readonly group: number
  readonly needs: WorkspaceNeed[] = []
  readonly #all: Nodes

  constructor({ name, tags, atlantis }: Component, environment: string, all: Nodes) {
    this.name = nameOf(name, environment)
    this.component = name
    this.environment = environment
    this.tags = tags
    this.group = atlantis?.group ?? 0
    this.#all = all
  }

  get dependents(): readonly string[] {
    return this.#all.dependents().get(this.name) ?? []
  }
}

/** All nodes, and who needs whom: most commands never ask. */
class Nodes extends Map<string, Node> {
  #dependents: Map<string, string[]> | undefined

  dependents(): ReadonlyMap<string, readonly string[]> {
    if (this.#dependents !== undefined) return this.#dependents
    const found = new Map<string, string[]>()
    for (const { name, needs } of this.values()) {
      for (const need of needs) {
        const known = found.get(need.name)
        if (known === undefined) found.set(need.name, [name])
        else known.push(name)
      }
    }
    this.#dependents = found
    return found
  }
}

/** Every workspace, environments in their order, components as they are written. */
function draft(manifest: Manifest): Nodes {
  const nodes = new Nodes()
  for (const environment of manifest.environments.keys()) {
    for (const component of manifest.components.values()) {
      if (component.environments?.includes(environment) === false) continue
      const node = new Node(component, environment, nodes)
      nodes.set(node.name, node)
    }
  }
  return nodes
}

/** A component's edges to one other, which are the same wherever both are. */
interface Bundle extends Pick<WrittenEdge, 'component' | 'environment' | 'onlyIn' | 'isLoose'> {
  readonly outputs: string[]
}

function connect(manifest: Manifest, component: Component, nodes: Nodes): void {
  const bundles = bundle(writtenEdges(manifest, component))
  if (bundles.length === 0) return
  for (const environment of environmentsOf(manifest, component)) {
    const from = nodes.get(nameOf(component.name, environment))
    for (const { component: needed, environment: named, onlyIn, isLoose, outputs } of bundles) {
      if (onlyIn !== undefined && onlyIn !== environment) continue
      const to = nodes.get(nameOf(needed, named ?? environment))
      if (from === undefined || to === undefined || from === to) continue
      join(from, { name: to.name, outputs, ...(isLoose === undefined ? {} : { isLoose }) })
    }
  }
}

function bundle(written: readonly WrittenEdge[]): Bundle[] {
  const bundles: Bundle[] = []
  for (const { component, environment, onlyIn, isLoose, output } of written) {
    let found = bundles.find(
      (one) =>
        one.component === component && one.environment === environment && one.onlyIn === onlyIn,
    )
    if (found === undefined) {
      found = {
        component,
        environment,
        onlyIn,
        outputs: [],
        ...(isLoose === undefined ? {} : { isLoose }),
      }
      bundles.push(found)
    }
    if (output !== undefined && !found.outputs.includes(output)) found.outputs.push(output)
  }
  return bundles
}

function join(from: Node, need: WorkspaceNeed): void {
  const at = from.needs.findIndex(({ name }) => name === need.name)
  const before = from.needs[at]
  if (before === undefined) from.needs.push(need)
  else from.needs[at] = { ...need, outputs: [...new Set([...before.outputs, ...need.outputs])] }
}
