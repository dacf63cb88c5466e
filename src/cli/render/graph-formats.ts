import type { Component, Manifest, WorkspaceNode } from '../../manifest/index.ts'
import { conditionsOf } from './environment-text.ts'
import type { ShownGraph } from './graph-text.ts'
import { sanitiseLine } from './text.ts'

/** For Graphviz: a cluster for each environment; dashed edges only give the order. */
export function graphDot(graph: ShownGraph): string[] {
  const shown = new Set(graph.nodes.map((node) => node.name))
  return [
    'digraph portolan {',
    '  rankdir=LR;',
    '  node [shape=box, style=rounded, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...graph.environments.flatMap((environment, at) => {
      const nodes = graph.nodes.filter((node) => node.environment === environment.name)
      if (nodes.length === 0) return []
      const label = [environment.name, ...conditionsOf(environment)].join(' · ')
      return [
        `  subgraph cluster_${at} {`,
        `    label=${quoted(label)};`,
        ...nodes.map((node) => `    ${nodeLine(node, graph)}`),
        '  }',
      ]
    }),
    ...graph.nodes.flatMap((node) =>
      node.needs.filter(({ name }) => shown.has(name)).map((need) => `  ${edgeLine(node, need)}`),
    ),
    '}',
  ]
}

function nodeLine(node: WorkspaceNode, { skipped }: ShownGraph): string {
  const style = skipped.has(node.name) ? ', style="rounded,dashed"' : ''
  return `${quoted(node.name)} [label=${quoted(node.component)}${style}];`
}

/** An arrow from what is needed to who needs it: the way that values and time go. */
function edgeLine(node: WorkspaceNode, need: WorkspaceNode['needs'][number]): string {
  const label =
    need.outputs.length === 0 ? 'style=dashed' : `label=${quoted(need.outputs.join('\n'))}`
  return `${quoted(need.name)} -> ${quoted(node.name)} [${label}];`
}

function quoted(text: string): string {
  const lines = text.split('\n').map(sanitiseLine)
  return `"${lines.map((line) => line.replaceAll('\\', '\\\\').replaceAll('"', '\\"')).join('\\n')}"`
}

/** The whole for programs; edges lead to workspaces that may not be among those that are shown. */
export function graphJson(
  { project, source, components }: Pick<Manifest, 'project' | 'source' | 'components'>,
  { environments, nodes, skipped }: ShownGraph,
): Record<string, unknown> {
  return {
    project: project ?? null,
    source,
    environments: environments.map(({ name, after, auto, concurrency, gate }) => ({
      name,
      after: after ?? null,
      auto,
      concurrency: concurrency ?? null,
      gate: gate === undefined ? null : { ...gate, window: gate.window ?? null },
    })),
    workspaces: nodes.map(({ name, component, environment, tags, needs }) => ({
      name,
      component,
      environment,
      kind: kindOf(components, component),
      tags,
      skipped: skipped.get(name) ?? null,
      needs,
    })),
  }
}

function kindOf(components: ReadonlyMap<string, Component>, name: string): string | null {
  return components.get(name)?.kind ?? null
}
