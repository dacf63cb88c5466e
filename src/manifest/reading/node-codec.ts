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

/** Reads packed nodes of one file. */
export class Unpacking {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  node(packed: PackedNode): Node {
    const [tag] = packed
    if (tag === 'l') {
      const [, line, column, ...items] = packed as readonly ['l', number, number, ...PackedNode[]]
      return {
        kind: 'list',
        items: items.map((item) => this.node(item)),
        at: this.at(line, column),
      }
    }
    return tag === 'm' ? this.map(packed) : this.scalar(packed as PackedScalar)
  }

  map(packed: PackedNode): MapNode {
    const parts = packed as readonly ['m', number, number, ...unknown[]]
    const entries: MapEntry[] = []
    for (let at = 3; at < parts.length; at += 4) {
      const [key, line, column, value] = parts.slice(at, at + 4) as [
        string,
        number,
        number,
        PackedNode,
      ]
      entries.push({ key, keyAt: this.at(line, column), value: this.node(value) })
    }
    return { kind: 'map', entries, at: this.at(parts[1], parts[2]) }
  }

  scalar([line, column, packed, source]: PackedScalar): ScalarNode {
    const value = (Array.isArray(packed) ? BigInt(packed[0]) : packed) as ScalarNode['value']
    const at = this.at(line, column)
    return source === undefined
      ? { kind: 'scalar', value, at }
      : { kind: 'scalar', value, at, source }
  }

  at(line: number, column: number): Position {
    return { file: this.#file, line, column }
  }
}
