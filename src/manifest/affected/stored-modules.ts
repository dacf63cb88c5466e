import type { ModuleGraph, ModuleRow } from './module-graph.ts'
import {
  inOrder,
  listAt,
  type PackedLists,
  type PackedNames,
  packLists,
  packNames,
  placeOf,
  unpackNames,
} from './table.ts'

/** A graph of modules as JSON: directories are numbers, their places among the names. */
export interface PackedModules {
  readonly names: PackedNames
  /** Of each directory with configuration: flags, and what it calls. */
  readonly rows: PackedLists
  readonly callers: PackedLists
}

export function packModules(modules: ModuleGraph): PackedModules {
  const configured = [...modules.directories()]
  const called = configured.flatMap((directory) => modules.row(directory)?.calls ?? [])
  const names = [...new Set([...configured, ...called])].sort(inOrder)
  const places = new Map(names.map((name, place) => [name, place]))
  const numbers = (directories: Iterable<string>) =>
    [...directories].flatMap((name) => places.get(name) ?? [])
  return {
    names: packNames(names),
    rows: packLists(
      names.map((name) => {
        const row = modules.row(name)
        return row === undefined ? [] : [flagsOf(row), ...numbers(row.calls)]
      }),
    ),
    callers: packLists(names.map((name) => numbers(modules.callers(name)))),
  }
}

function flagsOf({ hasBackend, onlyTofu, keepsState }: ModuleRow): number {
  return Number(hasBackend) + 2 * Number(onlyTofu) + 4 * Number(keepsState)
}

/** A graph that was packed. */
export class StoredModules implements ModuleGraph {
  readonly #names: readonly string[]
  readonly #rows: PackedLists
  readonly #callers: PackedLists

  constructor({ names, rows, callers }: PackedModules) {
    this.#names = unpackNames(names)
    this.#rows = rows
    this.#callers = callers
  }

  row(directory: string): ModuleRow | undefined {
    const at = placeOf(directory, this.#names)
    const [flags, ...calls] = at === -1 ? [] : listAt(this.#rows, at)
    if (flags === undefined) return undefined
    return {
      calls: this.#named(calls),
      hasBackend: (flags & 1) !== 0,
      onlyTofu: (flags & 2) !== 0,
      keepsState: (flags & 4) !== 0,
    }
  }

  callers(directory: string): readonly string[] {
    const at = placeOf(directory, this.#names)
    return at === -1 ? [] : this.#named(listAt(this.#callers, at))
  }

  directories(): Iterable<string> {
    const { ends } = this.#rows
    return this.#names.filter((_, at) => ends[at] !== (at === 0 ? 0 : ends[at - 1]))
  }

  #named(places: readonly number[]): string[] {
    return places.map((place) => this.#names[place] ?? '')
  }
}
