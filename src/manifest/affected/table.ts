/** Numbers by name. A map is one; what is read back from a file looks at nothing before it is asked. */
export interface Table {
  readonly size: number
  get(name: string): readonly number[] | undefined
  keys(): Iterable<string>
}

/** A table in few pieces, since reading a file of many small ones takes its time. */
export interface PackedTable {
  readonly names: PackedNames
  readonly lists: PackedLists
}

/** Sorted, and one text where no name holds a newline. */
export type PackedNames = string | readonly string[]

/** Lists one behind the other: where each ends, and what is in them. */
export interface PackedLists {
  readonly ends: readonly number[]
  readonly values: readonly number[]
}

export function packTable(table: Table): PackedTable {
  const names = [...table.keys()].sort(inOrder)
  return { names: packNames(names), lists: packLists(names.map((name) => table.get(name) ?? [])) }
}

export function packNames(sorted: readonly string[]): PackedNames {
  const isPlain = sorted.length > 0 && !sorted.some((name) => name.includes('\n'))
  return isPlain ? sorted.join('\n') : sorted
}

export function unpackNames(packed: PackedNames): readonly string[] {
  return typeof packed === 'string' ? packed.split('\n') : packed
}

export function packLists(lists: readonly (readonly number[])[]): PackedLists {
  let end = 0
  const ends = lists.map((list) => {
    end += list.length
    return end
  })
  return { ends, values: lists.flat() }
}

export function listAt({ ends, values }: PackedLists, at: number): readonly number[] {
  return values.slice(at === 0 ? 0 : ends[at - 1], ends[at])
}

export function inOrder(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Where a name is among sorted ones; -1 where it is not. */
export function placeOf(name: string, sorted: readonly string[]): number {
  let low = 0
  let high = sorted.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const order = inOrder(sorted[middle] ?? '', name)
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** A table that was packed. */
export class StoredTable implements Table {
  readonly #names: readonly string[]
  readonly #lists: PackedLists

  constructor({ names, lists }: PackedTable) {
    this.#names = unpackNames(names)
    this.#lists = lists
  }

  get size(): number {
    return this.#names.length
  }

  get(name: string): readonly number[] | undefined {
    const at = placeOf(name, this.#names)
    return at === -1 ? undefined : listAt(this.#lists, at)
  }

  keys(): Iterable<string> {
    return this.#names
  }
}
