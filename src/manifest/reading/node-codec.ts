import type { MapEntry, MapNode, Node, Position, ScalarNode } from '../node.ts'

/**
 * A node in the fewest letters that JSON allows; the file is known from where it stands.
 * A scalar: line, column, value and, where it differs and counts, its source. A whole number that JSON
 * would round is a list with its digits. A list: "l", line, column, items. A map: "m", line, column,
 * and for each entry key, line, column, value.
 */
export type PackedNode = PackedScalar | readonly ['l' | 'm', ...unknown[]]
export type PackedScalar = readonly [line: number, column: number, value: unknown, source?: string]

export function packNode(node: Node): PackedNode {
  const { line, column } = node.at
  if (node.kind === 'scalar') return packScalar(node)
  if (node.kind === 'list') return ['l', line, column, ...node.items.map(packNode)]
  const entries = node.entries.flatMap(({ key, keyAt, value }) => [
    key,
    keyAt.line,
    keyAt.column,
    packNode(value),
  ])
  return ['m', line, column, ...entries]
}

export function packScalar({ value, at, source }: ScalarNode): PackedScalar {
  const packed = typeof value === 'bigint' ? [String(value)] : value
  // Places inside a text are looked for in expressions alone.
  const counts = typeof value === 'string' && source !== undefined
  return counts ? [at.line, at.column, packed, source] : [at.line, at.column, packed]
}

/** Reads packed nodes of one file. Thousands of them in a command: nothing is copied on the way. */
export class Unpacking {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  node(packed: PackedNode): Node {
    const tag = packed[0]
    if (tag === 'm') return this.map(packed)
    if (tag !== 'l') return this.scalar(packed as PackedScalar)
    const items: Node[] = []
    for (let at = 3; at < packed.length; at += 1) items.push(this.node(packed[at] as PackedNode))
    return { kind: 'list', items, at: this.at(packed[1] as number, packed[2] as number) }
  }

  map(packed: PackedNode): MapNode {
    const entries: MapEntry[] = []
    for (let at = 3; at < packed.length; at += 4) {
      entries.push({
        key: packed[at] as string,
        keyAt: this.at(packed[at + 1] as number, packed[at + 2] as number),
        value: this.node(packed[at + 3] as PackedNode),
      })
    }
    return { kind: 'map', entries, at: this.at(packed[1] as number, packed[2] as number) }
  }

  scalar(packed: PackedScalar): ScalarNode {
    const found = packed[2]
    const value = (Array.isArray(found) ? BigInt(found[0]) : found) as ScalarNode['value']
    const at = this.at(packed[0], packed[1])
    const source = packed[3]
    return source === undefined
      ? { kind: 'scalar', value, at }
      : { kind: 'scalar', value, at, source }
  }

  at(line: number, column: number): Position {
    return { file: this.#file, line, column }
  }
}
