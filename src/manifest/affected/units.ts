import type { FileKind } from './dependencies.ts'
import type { Table } from './table.ts'

/** A component, in the environments where it is made of the same things. */
export interface Unit {
  readonly component: string
  /** Places of its environments in `Dependents.environments`. */
  readonly environments: readonly number[]
}

/** Units by their place. */
export interface Units {
  readonly length: number
  at(place: number): Unit | undefined
}

/** Who depends on what: for each thing the units, by their place. Paths are relative to the root. */
export interface Dependents {
  readonly environments: readonly string[]
  readonly units: Units
  /** Directories of root modules. */
  readonly roots: Table
  /** What files are to whom: see `fileUse`. */
  readonly files: Table
  /** Directories that commands name: everything below them. */
  readonly trees: Table
  readonly globs: Table
  /** Ordered patterns, one in each line, that say alone which files count. */
  readonly patterns: Table
  /** Directories of root modules of which only the modules that they call count. */
  readonly callers: Table
}

const fileKinds = ['file', 'values', 'variables'] as const

/** What a file is to a unit, as one number. */
export function fileUse(unit: number, kind: FileKind): number {
  return unit * fileKinds.length + fileKinds.indexOf(kind)
}

export function readFileUse(use: number): { readonly unit: number; readonly kind: FileKind } {
  const kind = fileKinds[use % fileKinds.length] ?? 'file'
  return { unit: Math.floor(use / fileKinds.length), kind }
}
