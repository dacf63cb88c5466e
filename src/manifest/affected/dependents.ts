import { environmentsOf } from '../graph/edges.ts'
import type { Component, Environment, Manifest } from '../manifest.ts'
import type { ScalarNode } from '../node.ts'
import { type Dependencies, dependenciesOf, differs, type FileKind } from './dependencies.ts'
import type { Table } from './table.ts'

/** A component, in the environments where it is made of the same things. */
export interface Unit {
  readonly component: string
  /** Places of its environments in `Dependents.environments`. */
  readonly environments: readonly number[]
}

/** Who depends on what: for each thing the units, by their place. Paths are relative to the root. */
export interface Dependents {
  readonly environments: readonly string[]
  readonly units: readonly Unit[]
  /** Directories of root modules. */
  readonly roots: Table
  /** What files are to whom: see `fileUse`. */
  readonly files: Table
  /** Directories that commands name: everything below them. */
  readonly trees: Table
  readonly globs: Table
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

/** Gives the texts of a component in an environment. */
export type TextsOf = (
  component: Component,
  environment: Environment,
) => (scalar: ScalarNode) => string

/** All that components are made of; `read` has the files that their expressions read. */
export function dependentsOf(
  manifest: Manifest,
  textsOf: TextsOf,
  readBy: (component: Component) => Iterable<string>,
): Dependents {
  const table = new Tables()
  const environments = [...manifest.environments.keys()]
  for (const component of manifest.components.values()) {
    const places = environmentsOf(manifest, component).map((name) => environments.indexOf(name))
    const read = [...readBy(component)]
    if (differs(component)) {
      for (const place of places) {
        const environment = manifest.environments.get(environments[place] ?? '')
        if (environment === undefined) continue
        const made = dependenciesOf(component, textsOf(component, environment))
        table.add({ component: component.name, environments: [place] }, made, read)
      }
    } else {
      const made = dependenciesOf(component, ({ value }) => String(value))
      table.add({ component: component.name, environments: places }, made, read)
    }
  }
  return { environments, ...table }
}

class Tables implements Omit<Dependents, 'environments'> {
  readonly units: Unit[] = []
  readonly roots = new Map<string, number[]>()
  readonly files = new Map<string, number[]>()
  readonly trees = new Map<string, number[]>()
  readonly globs = new Map<string, number[]>()

  add(unit: Unit, made: Dependencies, read: readonly string[]): void {
    const at = this.units.length
    this.units.push(unit)
    if (made.directory !== undefined) push(this.roots, made.directory, at)
    for (const [file, kind] of made.files) push(this.files, file, fileUse(at, kind))
    for (const file of read) {
      if (!made.files.has(file)) push(this.files, file, fileUse(at, 'file'))
    }
    for (const directory of made.directories) push(this.trees, directory, at)
    for (const glob of made.globs) push(this.globs, glob, at)
  }
}

function push(map: Map<string, number[]>, key: string, item: number): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [item])
  else known.push(item)
}
