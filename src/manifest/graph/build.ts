import type { Component, Manifest } from '../manifest.ts'
import { environmentsOf, type WrittenEdge, writtenEdges } from './edges.ts'
import { type Graph, nameOf, type WorkspaceNeed, type WorkspaceNode } from './graph.ts'
import { orderOf } from './order.ts'

interface Draft extends WorkspaceNode {
  readonly needs: WorkspaceNeed[]
  readonly dependents: string[]
}

const built = new WeakMap<Manifest, Graph>()

/** The graph of a manifest that `checkGraph` found right; what is wrong is left out. */
export function buildGraph(manifest: Manifest): Graph {
  const known = built.get(manifest)
  if (known !== undefined) return known
  const drafts = draft(manifest)
  for (const component of manifest.components.values()) connect(manifest, component, drafts)
  const nodes = new Map<string, WorkspaceNode>()
  for (const node of orderOf(drafts)) nodes.set(node.name, node)
  const graph = {
    environments: [...manifest.environments.keys()],
    nodes,
    order: [...nodes.keys()],
  }
  built.set(manifest, graph)
  return graph
}

/** Every workspace, environments in their order, components as they are written. */
function draft(manifest: Manifest): Map<string, Draft> {
  const drafts = new Map<string, Draft>()
  for (const environment of manifest.environments.keys()) {
    for (const { name: component, environments, tags } of manifest.components.values()) {
      if (environments !== undefined && !environments.includes(environment)) continue
      const name = nameOf(component, environment)
      drafts.set(name, { name, component, environment, tags, needs: [], dependents: [] })
    }
  }
  return drafts
}

/** A component's edges to one other, which are the same wherever both are. */
interface Bundle extends Pick<WrittenEdge, 'component' | 'environment' | 'onlyIn'> {
  readonly outputs: string[]
}

function connect(
  manifest: Manifest,
  component: Component,
  drafts: ReadonlyMap<string, Draft>,
): void {
  const bundles = bundle(writtenEdges(manifest, component))
  for (const environment of environmentsOf(manifest, component)) {
    const from = drafts.get(nameOf(component.name, environment))
    for (const { component: needed, environment: named, onlyIn, outputs } of bundles) {
      if (onlyIn !== undefined && onlyIn !== environment) continue
      const to = drafts.get(nameOf(needed, named ?? environment))
      if (from !== undefined && to !== undefined && from !== to) join(from, to, outputs)
    }
  }
}

function bundle(written: readonly WrittenEdge[]): Bundle[] {
  const bundles: Bundle[] = []
  for (const { component, environment, onlyIn, output } of written) {
    let found = bundles.find(
      (one) =>
        one.component === component && one.environment === environment && one.onlyIn === onlyIn,
    )
    if (found === undefined) {
      found = { component, environment, onlyIn, outputs: [] }
      bundles.push(found)
    }
    if (output !== undefined && !found.outputs.includes(output)) found.outputs.push(output)
  }
  return bundles
}

function join(from: Draft, to: Draft, outputs: readonly string[]): void {
  const at = from.needs.findIndex((need) => need.name === to.name)
  const before = from.needs[at]
  if (before === undefined) {
    from.needs.push({ name: to.name, outputs })
    to.dependents.push(from.name)
  } else {
    from.needs[at] = { name: to.name, outputs: [...new Set([...before.outputs, ...outputs])] }
  }
}
