import type { MapNode, Node, Position } from '../node.ts'
import type { Problem } from '../problem.ts'

/** A map that lies over those before it. */
export interface Layer {
  /** `environments.prod.values`, `--set`, the name of a file. */
  readonly name: string
  readonly node: MapNode
}

/** What layers come to: every leaf knows which one it is from. */
export type Merged = MergedMap | MergedLeaf

export interface MergedMap {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, Merged>
  /** The uppermost layer that has it. */
  readonly layer: string
  readonly at: Position
}

/** A list is a leaf: of lists the uppermost counts. */
export interface MergedLeaf {
  readonly kind: 'leaf'
  readonly node: Exclude<Node, MapNode>
  readonly layer: string
  readonly at: Position
  /** What it lies over. */
  readonly replaces: MergedLeaf | undefined
}

export interface MergeResult {
  readonly merged: ReadonlyMap<string, Merged>
  /** Maps over what is none, and the reverse. */
  readonly problems: readonly Problem[]
}

/**
 * Lays maps over one another, the first at the bottom. Maps merge, everything else is replaced, null
 * removes what lies below it.
 */
export function mergeLayers(layers: readonly Layer[]): MergeResult {
  const problems: Problem[] = []
  let merged: ReadonlyMap<string, Merged> = new Map()
  for (const { name, node } of layers) merged = laid(merged, node, { name, problems })
  return { merged, problems }
}

interface Laying {
  readonly name: string
  readonly problems: Problem[]
}

function laid(
  below: ReadonlyMap<string, Merged>,
  above: MapNode,
  laying: Laying,
): ReadonlyMap<string, Merged> {
  const entries = new Map(below)
  for (const { key, value } of above.entries) {
    const made = over(entries.get(key), value, { key, laying })
    if (made === undefined) entries.delete(key)
    else entries.set(key, made)
  }
  return entries
}

function over(
  below: Merged | undefined,
  above: Node,
  { key, laying }: { readonly key: string; readonly laying: Laying },
): Merged | undefined {
  if (above.kind === 'scalar' && above.value === null) return undefined
  if (below !== undefined && (below.kind === 'map') !== (above.kind === 'map')) {
    laying.problems.push(conflict(below, above, key))
  }
  if (above.kind !== 'map') {
    const replaces = below?.kind === 'leaf' ? below : undefined
    return { kind: 'leaf', node: above, layer: laying.name, at: above.at, replaces }
  }
  const under = below?.kind === 'map' ? below.entries : new Map<string, Merged>()
  return { kind: 'map', entries: laid(under, above, laying), layer: laying.name, at: above.at }
}

function conflict(below: Merged, above: Node, key: string): Problem {
  const under = below.kind === 'leaf' ? below.node : below
  return {
    at: above.at,
    message: `\`${key}\` is ${kindOf(above)} here, and ${kindOf(under)} at ${placeOf(below)}`,
    next: 'A map can only be laid over a map: give both the same shape, or one of them another name.',
  }
}

function kindOf(node: { readonly kind: string }): string {
  return node.kind === 'scalar' ? 'a single value' : `a ${node.kind}`
}

/** Where something is written, for sentences. */
function placeOf({ at, layer }: { readonly at: Position; readonly layer: string }): string {
  return layer === setLayer ? at.file : `${at.file}:${at.line}:${at.column}`
}

export const setLayer = '--set'
