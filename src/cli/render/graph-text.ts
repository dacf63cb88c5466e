import type { Environment, WorkspaceNode } from '../../manifest/index.ts'
import { conditionsOf } from './environment-text.ts'
import type { Style } from './style.ts'
import { cut, sanitiseLine, widthOf } from './text.ts'

/** What is shown of a graph: some of its workspaces, dependencies first. */
export interface ShownGraph {
  readonly environments: readonly Environment[]
  readonly nodes: readonly WorkspaceNode[]
  /** Why a workspace does not take part, by its name. */
  readonly skipped: ReadonlyMap<string, string>
}

interface Layout {
  readonly style: Style
  readonly width: number | undefined
  /** Environments that look like an earlier one are shown in one line. */
  readonly folds: boolean
}

/** Deeper ones are not moved to the right any more: nobody could read them. */
const DEEPEST = 20

/** A tree for each environment: a workspace stands below the last of what it needs. */
export function graphLines(graph: ShownGraph, layout: Layout): string[] {
  const { style } = layout
  const seen = new Map<string, string>()
  return graph.environments.flatMap((environment) => {
    const nodes = graph.nodes.filter((node) => node.environment === environment.name)
    if (nodes.length === 0) return []
    const body = treeLines(nodes, graph.skipped, layout)
    const name = sanitiseLine(environment.name)
    const text = body.join('\n')
    const same = layout.folds ? seen.get(text) : undefined
    const remarks = [
      ...conditionsOf(environment),
      ...(same === undefined ? [] : [`the same as ${same}`]),
    ].join(' · ')
    const head = style.bold(name) + (remarks === '' ? '' : style.dim(`  ${remarks}`))
    const space = seen.size === 0 ? [] : ['']
    if (same === undefined) seen.set(text, name)
    return [...space, head, ...(same === undefined ? body : [])]
  })
}

function treeLines(
  nodes: readonly WorkspaceNode[],
  skipped: ReadonlyMap<string, string>,
  { style, width }: Layout,
): string[] {
  const rows = placed(nodes)
  const widest = Math.max(...rows.map(({ label }) => widthOf(label)))
  return rows.map(({ label, node, own }) => {
    const why = skipped.get(node.name)
    const edges = edgesText(node)
    const text = sanitiseLine(
      why === undefined ? edges : `${edges}${edges === '' ? '' : ' · '}skipped: ${why}`,
    )
    const branch = label.slice(0, label.length - own.length)
    const shown = style.dim(branch) + (why === undefined ? own : style.dim(own))
    if (text === '') return shown
    const room = width === undefined ? Number.POSITIVE_INFINITY : Math.max(20, width - widest - 2)
    return `${shown}${' '.repeat(widest - widthOf(label) + 2)}${style.dim(cut(text, room))}`
  })
}

interface Row {
  /** Branches and the component's name. */
  readonly label: string
  readonly own: string
  readonly node: WorkspaceNode
}

/** The workspaces as rows of a tree. */
function placed(nodes: readonly WorkspaceNode[]): Row[] {
  const below = new Map<string | undefined, WorkspaceNode[]>()
  const shown = new Set(nodes.map((node) => node.name))
  const depth = new Map<string, number>()
  for (const node of nodes) {
    const parent = parentOf(node, shown, depth)
    depth.set(node.name, parent === undefined ? 0 : (depth.get(parent) ?? 0) + 1)
    const siblings = below.get(parent)
    if (siblings === undefined) below.set(parent, [node])
    else siblings.push(node)
  }
  const rows: Row[] = []
  // No recursion: a chain may be as long as the manifest.
  const open = [{ siblings: below.get(undefined) ?? [], next: 0, prefix: '' }]
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const node = last.siblings[last.next]
    last.next += 1
    if (node === undefined) {
      open.pop()
      continue
    }
    const isLast = last.next === last.siblings.length
    const own = sanitiseLine(node.component)
    rows.push({ label: `${last.prefix}${isLast ? '└─ ' : '├─ '}${own}`, own, node })
    const prefix = open.length > DEEPEST ? last.prefix : last.prefix + (isLast ? '   ' : '│  ')
    open.push({ siblings: below.get(node.name) ?? [], next: 0, prefix })
  }
  return rows
}

/** The deepest of what a workspace needs, so that it stands to the right of all of that. */
function parentOf(
  node: WorkspaceNode,
  shown: ReadonlySet<string>,
  depth: ReadonlyMap<string, number>,
): string | undefined {
  let parent: string | undefined
  for (const { name } of node.needs) {
    if (!shown.has(name)) continue
    if (parent === undefined || (depth.get(name) ?? 0) >= (depth.get(parent) ?? 0)) parent = name
  }
  return parent
}

/** `db: host, password · crds · shared/dns: zone` */
function edgesText(node: WorkspaceNode): string {
  return node.needs
    .map(({ name, outputs }) => {
      const at = name.lastIndexOf('@')
      const component = name.slice(0, at)
      const environment = name.slice(at + 1)
      const shown = environment === node.environment ? component : `${environment}/${component}`
      return outputs.length === 0 ? shown : `${shown}: ${outputs.join(', ')}`
    })
    .join(' · ')
}
