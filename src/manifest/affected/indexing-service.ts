import { includesOf } from '../reading/manifest-file.ts'
import { readMainText } from '../reading/text-file.ts'
import type { Comparison } from './comparison.ts'
import { dependentsOf } from './dependents.ts'
import { discoveredIn } from './discovered-modules.ts'
import type { IndexedManifest } from './index-codec.ts'
import { digestsOf } from './index-file.ts'
import { manifestReads, movingComponents } from './manifest-reads.ts'
import type { ModuleGraph } from './module-graph.ts'
import { resolverNow } from './resolvers-service.ts'

/** Who depends on what in the manifest of the working tree, with what has to stay for it to be right. */
export async function indexManifest(comparison: Comparison): Promise<IndexedManifest> {
  const { root } = comparison.place
  const manifest = await comparison.manifestNow()
  const reads = manifestReads(manifest)
  const resolver = resolverNow(comparison, manifest)
  const main = await readMainText(root)
  const read = (name: string) => reads.components.get(name)?.files ?? []
  return {
    source: 'file',
    files: await digestsOf(root, manifest.files),
    reads: await digestsOf(root, [...reads.values.files]),
    includes: main === undefined ? [] : await includesOf(main.text),
    moving: movingComponents(reads),
    dependents: dependentsOf(
      manifest,
      (component, environment) => {
        const definition = resolver.definition(component, environment)
        return (scalar) => resolver.knownText(definition, scalar)
      },
      ({ name }) => read(name),
    ),
  }
}

/** The same for the projects of an `atlantis.yaml`. */
export async function indexProjects({
  place: { root },
  manifestNow,
}: Comparison): Promise<IndexedManifest> {
  const manifest = await manifestNow()
  return {
    source: 'atlantis',
    files: await digestsOf(root, manifest.files),
    reads: [],
    includes: [],
    moving: [],
    dependents: dependentsOf(
      manifest,
      () => (scalar) => String(scalar.value),
      () => [],
    ),
  }
}

/** The same for what is discovered. */
export function indexDiscovered(root: string, modules: ModuleGraph): IndexedManifest {
  const manifest = discoveredIn(root, modules)
  return {
    source: 'discovered',
    files: [],
    reads: [],
    includes: [],
    moving: [],
    dependents: dependentsOf(
      manifest,
      () => (scalar) => String(scalar.value),
      () => [],
    ),
  }
}
