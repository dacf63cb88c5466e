import type { Manifest } from '../manifest.ts'
import { edgeIn, environmentsOf, writtenEdges } from './edges.ts'
import { type Graph, nameOf, type WorkspaceNode } from './graph.ts'
import { orderOf } from './order.ts'

interface Draft {
  readonly name: string
  readonly component: string
  readonly environment: string
  readonly tags: readonly string[]
  /** Outputs that are read, by the workspace that is needed. */
  readonly needs: Map<string, Set<string>>
  readonly dependents: string[]
}

/** The graph of a manifest that `checkGraph` found right. */
export function buildGraph(manifest: Manifest): Graph {
  const drafts = draft(manifest)
  for (const { name, needs } of drafts.values()) {
    for (const needed of needs.keys()) drafts.get(needed)?.dependents.push(name)
  }
  const order = orderOf([...drafts.keys()], (name) => drafts.get(name)?.needs.keys() ?? [])
  const nodes = new Map<string, WorkspaceNode>()
  for (const name of order) {
    const found = drafts.get(name)
    if (found !== undefined) nodes.set(name, toNode(found))
  }
  return { environments: [...manifest.environments.keys()], nodes, order }
}

/** Every workspace, environments in their order, components as they are written. */
function draft(manifest: Manifest): Map<string, Draft> {
  const drafts = new Map<string, Draft>()
  for (const environment of manifest.environments.keys()) {
    for (const { name: component, environments, tags } of manifest.components.values()) {
      if (environments !== undefined && !environments.includes(environment)) continue
      const name = nameOf(component, environment)
      const needs = new Map<string, Set<string>>()
      drafts.set(name, { name, component, environment, tags, needs, dependents: [] })
    }
  }
  for (const component of manifest.components.values()) {
    const written = writtenEdges(manifest, component)
    for (const environment of environmentsOf(manifest, component)) {
      for (const one of written) {
        const edge = edgeIn(environment, component.name, one)
        if (edge === undefined || edge.from === edge.to || !drafts.has(edge.to)) continue
        addNeed(drafts.get(edge.from)?.needs, edge.to, one.output)
      }
    }
  }
  return drafts
}

function addNeed(
  needs: Map<string, Set<string>> | undefined,
  name: string,
  output: string | undefined,
): void {
  const outputs = needs?.get(name) ?? new Set()
  if (output !== undefined) outputs.add(output)
  needs?.set(name, outputs)
}

function toNode({ needs, ...rest }: Draft): WorkspaceNode {
  return { ...rest, needs: [...needs].map(([name, outputs]) => ({ name, outputs: [...outputs] })) }
}
