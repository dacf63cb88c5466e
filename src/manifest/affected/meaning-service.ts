import { AppError } from '../../platform/errors.ts'
import { atlantisManifest } from '../atlantis/manifest-of-file.ts'
import type { Manifest } from '../manifest.ts'
import { readManifest } from '../reading/manifest-file.ts'
import { ATLANTIS_FILE } from '../reading/text-file.ts'
import { CommitFiles } from './commit-client.ts'
import type { BothModules, Comparison } from './comparison.ts'
import { type DefinitionChanges, definitionChanges, unreadable } from './definition-changes.ts'
import { directoriesOf, discoveredIn } from './discovered-modules.ts'
import type { IndexedManifest } from './index-codec.ts'
import { resolverBefore, resolverNow } from './resolvers-service.ts'
import { valuesFromFiles } from './used-values.ts'

/** Compares what the manifests of the commit and of the working tree mean. */
export async function compareDefinitions(
  comparison: Comparison,
  modules: BothModules,
  indexed: IndexedManifest,
): Promise<DefinitionChanges> {
  const { root } = comparison.place
  const now =
    indexed.source === 'discovered'
      ? discoveredIn(root, modules.now)
      : await comparison.manifestNow()
  const before = await manifestBefore(comparison, modules)
  if (before === undefined) return unreadable(now)
  const valuesChanged = indexed.reads.some(([file]) => comparison.files.includes(file))
  const { moving } = indexed
  return definitionChanges(
    {
      manifest: before,
      resolver: resolverBefore(comparison, before),
      fromFiles: valuesFromFiles(before),
    },
    { manifest: now, resolver: resolverNow(comparison, now), fromFiles: valuesFromFiles(now) },
    (name) => valuesChanged || moving.includes('*') || moving.includes(name),
  )
}

/** The manifest of the commit; undefined when it was wrong. */
async function manifestBefore(
  { place, commits, cacheDirectory }: Comparison,
  modules: BothModules,
): Promise<Manifest | undefined> {
  const files = new CommitFiles(place, commits.base)
  try {
    const found = await readManifest(place.root, files.reader(), cacheDirectory)
    if (found !== undefined) return found
    const text = await files.text(ATLANTIS_FILE)
    if (text === undefined) return discoveredIn(place.root, modules.before)
    return atlantisManifest(
      place.root,
      { file: ATLANTIS_FILE, text },
      directoriesOf(modules.before),
    )
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid') return undefined
    throw error
  }
}
