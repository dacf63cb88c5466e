import type { ListNode, MapEntry, MapNode, Node, ScalarNode } from '../node.ts'

/** The entry of a map by its key. */
export function entryOf(map: MapNode, key: string): MapEntry | undefined {
  return map.entries.find((entry) => entry.key === key)
}

export function mapAt(map: MapNode, key: string): MapNode | undefined {
  const value = entryOf(map, key)?.value
  return value?.kind === 'map' ? value : undefined
}

export function listAt(map: MapNode, key: string): ListNode | undefined {
  const value = entryOf(map, key)?.value
  return value?.kind === 'list' ? value : undefined
}

export function scalarAt(map: MapNode, key: string): ScalarNode | undefined {
  const value = entryOf(map, key)?.value
  return value?.kind === 'scalar' ? value : undefined
}

export function scalarsAt(map: MapNode, key: string): readonly ScalarNode[] {
  return (listAt(map, key)?.items ?? []).filter((item) => item.kind === 'scalar')
}

export function textAt(map: MapNode, key: string): string | undefined {
  const value = scalarAt(map, key)?.value
  return typeof value === 'string' ? value : undefined
}

export function textsAt(map: MapNode, key: string): readonly string[] {
  return scalarsAt(map, key).flatMap(({ value }) => (typeof value === 'string' ? [value] : []))
}

export function numberAt(map: MapNode, key: string): number | undefined {
  const value = scalarAt(map, key)?.value
  return typeof value === 'number' ? value : undefined
}

export function flagAt(map: MapNode, key: string): boolean {
  return scalarAt(map, key)?.value === true
}

/** What stands at a path of keys and indexes. */
export function nodeAt(node: Node, path: readonly PropertyKey[]): Node | undefined {
  let at: Node | undefined = node
  for (const step of path) {
    if (at?.kind === 'map') at = entryOf(at, String(step))?.value
    else if (at?.kind === 'list') at = at.items[Number(step)]
    else return undefined
  }
  return at
}

/** As a program would see it. */
export function plainOf(node: Node): unknown {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(plainOf)
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainOf(value)]))
}

/** The map without keys that have nothing behind them, as when everything below is a comment. */
export function withoutEmpty(map: MapNode, keys: ReadonlySet<string>): MapNode {
  const isEmpty = ({ key, value }: MapEntry) =>
    keys.has(key) && value.kind === 'scalar' && value.value === null
  return map.entries.some(isEmpty)
    ? { ...map, entries: map.entries.filter((entry) => !isEmpty(entry)) }
    : map
}
