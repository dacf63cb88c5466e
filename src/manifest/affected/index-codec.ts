import type { Manifest } from '../manifest.ts'
import type { ModuleGraph } from './module-graph.ts'
import { type PackedModules, packModules, StoredModules } from './stored-modules.ts'
import { type PackedTable, packTable, StoredTable } from './table.ts'
import type { Dependents, Unit, Units } from './units.ts'

/** What is remembered between commands: of a commit its modules, of a manifest who depends on what. */
export interface AffectedIndex {
  readonly commit: string
  readonly modules: ModuleGraph
  readonly manifest: IndexedManifest
}

/** A file with the digest of its content. */
export type Digested = readonly [file: string, digest: string]

export interface IndexedManifest {
  readonly source: Manifest['source']
  /** The manifest's files. */
  readonly files: readonly Digested[]
  /** Files that its values read. */
  readonly reads: readonly Digested[]
  /** Globs of `include`. */
  readonly includes: readonly string[]
  /** Components whose definition changes with the commit, whatever the files; `*`: of all. */
  readonly moving: readonly string[]
  readonly dependents: Dependents
}

interface Packed {
  readonly commit: string
  readonly modules: PackedModules
  readonly manifest: Omit<IndexedManifest, 'dependents'>
  readonly environments: readonly string[]
  /** `db`, or in some of the environments alone `db 0 2`. */
  readonly units: string
  readonly roots: PackedTable
  readonly files: PackedTable
  readonly trees: PackedTable
  readonly globs: PackedTable
  readonly patterns: PackedTable
  readonly callers: PackedTable
}

/** As JSON that is small and quickly read. */
export function packIndex({ commit, modules, manifest }: AffectedIndex): Packed {
  const { dependents, ...rest } = manifest
  const { environments, units, roots, files, trees, globs, patterns, callers } = dependents
  return {
    commit,
    modules: packModules(modules),
    manifest: rest,
    environments,
    units: Array.from({ length: units.length }, (_, at) =>
      packUnit(units.at(at), environments.length),
    ).join('\n'),
    roots: packTable(roots),
    files: packTable(files),
    trees: packTable(trees),
    globs: packTable(globs),
    patterns: packTable(patterns),
    callers: packTable(callers),
  }
}

/** The index again. @throws when it was not made by `packIndex` */
export function unpackIndex(packed: Packed): AffectedIndex {
  const { commit, modules, manifest, environments } = packed
  const dependents: Dependents = {
    environments,
    units: new StoredUnits(packed.units, environments.length),
    roots: new StoredTable(packed.roots),
    files: new StoredTable(packed.files),
    trees: new StoredTable(packed.trees),
    globs: new StoredTable(packed.globs),
    patterns: new StoredTable(packed.patterns),
    callers: new StoredTable(packed.callers),
  }
  return { commit, modules: new StoredModules(modules), manifest: { ...manifest, dependents } }
}

// The name of a component that was discovered may hold spaces, but no tab.
function packUnit(unit: Unit | undefined, all: number): string {
  const { component = '', environments = [] } = unit ?? {}
  return environments.length === all ? component : [component, ...environments].join('\t')
}

/** Most of them nobody asks for. */
class StoredUnits implements Units {
  readonly #lines: readonly string[]
  readonly #all: readonly number[]

  constructor(packed: string, environments: number) {
    this.#lines = packed === '' ? [] : packed.split('\n')
    this.#all = Array.from({ length: environments }, (_, at) => at)
  }

  get length(): number {
    return this.#lines.length
  }

  at(place: number): Unit | undefined {
    const line = this.#lines[place]
    if (line === undefined) return undefined
    if (!line.includes('\t')) return { component: line, environments: this.#all }
    const [component = '', ...environments] = line.split('\t')
    return { component, environments: environments.map(Number) }
  }
}

/** Whether something that was read may be an index: it is ours, and whole, or it is not used. */
export function isPackedIndex(value: unknown): value is Packed {
  if (typeof value !== 'object' || value === null) return false
  return ['commit', 'modules', 'manifest', 'units', 'roots', 'files'].every((key) => key in value)
}
