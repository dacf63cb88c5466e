import path from 'node:path'
import type { ConfigDirectory } from '../discovery/discovered.ts'
import { calledDirectory } from '../discovery/discovered.ts'

/** What a directory of configuration says; `calls` are directories from the root. */
export interface ModuleRow {
  readonly calls: readonly string[]
  readonly hasBackend: boolean
  readonly onlyTofu: boolean
  readonly keepsState: boolean
}

/** Which directories call which as modules. */
export interface ModuleGraph {
  /** What a directory holds; undefined where there is no configuration. */
  row(directory: string): ModuleRow | undefined
  /** Directories that call this one. */
  callers(directory: string): Iterable<string>
  directories(): Iterable<string>
}

export function toRow({ directory, calls, ...facts }: ConfigDirectory): ModuleRow {
  const called = calls.map((source) => calledDirectory(directory, source))
  return { ...facts, calls: [...new Set(called)] }
}

/** The other way round, as discovery wants it. */
export function toConfigDirectory(
  directory: string,
  { calls, ...facts }: ModuleRow,
): ConfigDirectory {
  const sources = calls.map((called) => `./${path.posix.relative(directory, called)}`)
  return { ...facts, directory, calls: sources }
}

/** A graph of rows that are all at hand. */
export class RowModules implements ModuleGraph {
  readonly #rows: ReadonlyMap<string, ModuleRow | undefined>
  #callers: Map<string, string[]> | undefined

  constructor(rows: ReadonlyMap<string, ModuleRow | undefined>) {
    this.#rows = rows
  }

  row(directory: string): ModuleRow | undefined {
    return this.#rows.get(directory)
  }

  callers(directory: string): Iterable<string> {
    this.#callers ??= this.#turnAround()
    return this.#callers.get(directory) ?? []
  }

  *directories(): Iterable<string> {
    for (const [directory, row] of this.#rows) if (row !== undefined) yield directory
  }

  #turnAround(): Map<string, string[]> {
    const callers = new Map<string, string[]>()
    for (const [directory, row] of this.#rows) {
      for (const called of row?.calls ?? []) {
        const known = callers.get(called)
        if (known === undefined) callers.set(called, [directory])
        else known.push(directory)
      }
    }
    return callers
  }
}

/** A graph in which some directories are different, or gone. */
export class ChangedModules implements ModuleGraph {
  readonly #before: ModuleGraph
  readonly #changed: ReadonlyMap<string, ModuleRow | undefined>

  constructor(before: ModuleGraph, changed: ReadonlyMap<string, ModuleRow | undefined>) {
    this.#before = before
    this.#changed = changed
  }

  row(directory: string): ModuleRow | undefined {
    if (this.#changed.has(directory)) return this.#changed.get(directory)
    return this.#before.row(directory)
  }

  *callers(directory: string): Iterable<string> {
    for (const caller of this.#before.callers(directory)) {
      if (!this.#changed.has(caller)) yield caller
    }
    for (const [caller, row] of this.#changed) {
      if (row?.calls.includes(directory) === true) yield caller
    }
  }

  *directories(): Iterable<string> {
    for (const directory of this.#before.directories()) {
      if (!this.#changed.has(directory)) yield directory
    }
    for (const [directory, row] of this.#changed) if (row !== undefined) yield directory
  }

  /** Some directory calls others than before, or is new or gone: there may be other root modules. */
  get isOther(): boolean {
    return [...this.#changed].some(([directory, row]) => {
      const before = this.#before.row(directory)
      return JSON.stringify(before) !== JSON.stringify(row)
    })
  }
}
