/** Where something stands: file relative to the repository's root, line and column from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** YAML as it was written: every node knows its place. Aliases are resolved, keys are text. */
export type Node = ScalarNode | ListNode | MapNode

export interface ScalarNode {
  readonly kind: 'scalar'
  /** Text may hold `${{ … }}`. Whole numbers beyond 2^53 are bigint. */
  readonly value: null | boolean | number | bigint | string
  readonly at: Position
  /** As it stands in the file, where it holds `${{`: finds the place of a part of an expression. */
  readonly source?: string | undefined
}

export interface ListNode {
  readonly kind: 'list'
  readonly items: readonly Node[]
  readonly at: Position
}

export interface MapNode {
  readonly kind: 'map'
  readonly entries: readonly MapEntry[]
  readonly at: Position
}

export interface MapEntry {
  readonly key: string
  readonly keyAt: Position
  readonly value: Node
}
