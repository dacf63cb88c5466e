import type { Dependents, FileUse } from './dependents.ts'
import type { ModuleRow } from './module-graph.ts'

/** What is remembered between commands: of a commit its modules, of a manifest who depends on what. */
export interface AffectedIndex {
  readonly commit: string
  readonly modules: ReadonlyMap<string, ModuleRow>
  readonly manifest: IndexedManifest
}

export interface IndexedManifest {
  readonly source: 'file' | 'discovered'
  /** The manifest's files, and those that its values read, with the digests of their content. */
  readonly files: readonly (readonly [file: string, digest: string])[]
  /** Globs of `include`. */
  readonly includes: readonly string[]
  /** Components whose definition changes with the commit, whatever the files; `*`: of all. */
  readonly moving: readonly string[]
  readonly dependents: Dependents
}

type Rows<T> = readonly (readonly [name: string, ...rest: T[]])[]

interface Packed {
  readonly commit: string
  readonly names: readonly string[]
  readonly calls: Rows<number>
  readonly manifest: Omit<IndexedManifest, 'dependents'>
  readonly environments: readonly string[]
  readonly units: readonly (string | readonly [string, ...number[]])[]
  readonly roots: Rows<number>
  readonly files: Rows<string | number>
  readonly trees: Rows<number>
  readonly globs: Rows<number>
}

/** As JSON that is small and quickly read. */
export function packIndex({ commit, modules, manifest }: AffectedIndex): Packed {
  const { dependents, ...rest } = manifest
  const { environments, units, roots, files, trees, globs } = dependents
  const places = new Map<string, number>()
  const placeOf = (name: string) => {
    const known = places.get(name)
    if (known !== undefined) return known
    places.set(name, places.size)
    return places.size - 1
  }
  const calls = [...modules].map(
    ([name, row]) => [name, flagsOf(row), ...row.calls.map(placeOf)] as const,
  )
  return {
    commit,
    names: [...places.keys()],
    calls,
    manifest: rest,
    environments,
    units: units.map((unit) =>
      unit.environments.length === environments.length
        ? unit.component
        : [unit.component, ...unit.environments],
    ),
    roots: rows(roots),
    files: [...files].flatMap(([file, uses]) =>
      uses.map(({ what, unit }) => [file, what, unit] as const),
    ),
    trees: rows(trees),
    globs: rows(globs),
  }
}

function rows(map: ReadonlyMap<string, readonly number[]>): Rows<number> {
  return [...map].map(([name, units]) => [name, ...units])
}

function flagsOf({ hasBackend, onlyTofu }: ModuleRow): number {
  return Number(hasBackend) + 2 * Number(onlyTofu)
}

/** The index again. @throws when it was not made by `packIndex` */
export function unpackIndex(packed: Packed): AffectedIndex {
  const { commit, names, manifest, environments, units } = packed
  const modules = new Map(
    packed.calls.map(([name, flags = 0, ...calls]): [string, ModuleRow] => [
      name,
      {
        calls: calls.map((at) => names[at] ?? ''),
        hasBackend: (flags & 1) !== 0,
        onlyTofu: (flags & 2) !== 0,
      },
    ]),
  )
  const all = environments.map((_, at) => at)
  const dependents: Dependents = {
    environments,
    units: units.map((unit) =>
      typeof unit === 'string'
        ? { component: unit, environments: all }
        : { component: unit[0], environments: unit.slice(1).map(Number) },
    ),
    roots: unitsByName(packed.roots),
    files: usesByName(packed.files),
    trees: unitsByName(packed.trees),
    globs: unitsByName(packed.globs),
  }
  return { commit, modules, manifest: { ...manifest, dependents } }
}

function unitsByName(found: Rows<number>): ReadonlyMap<string, readonly number[]> {
  return new Map(found.map(([name, ...units]) => [name, units]))
}

function usesByName(found: Rows<string | number>): ReadonlyMap<string, readonly FileUse[]> {
  const map = new Map<string, FileUse[]>()
  for (const [file, what, unit] of found) {
    const use = { what: String(what), unit: Number(unit) }
    const known = map.get(file)
    if (known === undefined) map.set(file, [use])
    else known.push(use)
  }
  return map
}

/** Whether something that was read may be an index: it is ours, and whole, or it is not used. */
export function isPackedIndex(value: unknown): value is Packed {
  if (typeof value !== 'object' || value === null) return false
  return ['commit', 'names', 'calls', 'manifest', 'units', 'roots'].every((key) => key in value)
}
