import { existsSync } from 'node:fs'
import path from 'node:path'
import { ATLANTIS_FILE, MAIN_FILE } from '../reading/text-file.ts'
import type { BothModules, Compared, Comparison } from './comparison.ts'
import type { DefinitionChanges } from './definition-changes.ts'
import { addWatched, type Hits, hitsOf } from './hits.ts'
import type { IndexedManifest } from './index-codec.ts'
import { type Remembered, writeIndex } from './index-file.ts'
import { modulesAt, modulesNow } from './modules-file.ts'

/** Compares, with the help of what was remembered, and remembers for the next time. */
export async function compareWith(
  comparison: Comparison,
  remembered: Remembered | undefined,
): Promise<Compared> {
  const { place, commits, files, cacheDirectory } = comparison
  const commit = commits.base
  const before = await modulesAt({ place, commit, changed: files, cacheDirectory }, remembered)
  const modules = { before, now: await modulesNow(place.root, before, files) }
  const manifest = await indexedManifest(comparison, modules, remembered)
  const isNew = remembered?.commit !== commit || remembered.manifest !== manifest
  if (isNew && isKept(manifest, modules)) {
    await writeIndex(cacheDirectory, { commit, modules: before, manifest })
  }
  const { reasons, removed } = await definitionsOf(comparison, modules, manifest)
  const hits = await hitsIn(files, manifest, modules)
  return { dependents: manifest.dependents, hits, definitions: reasons, removed }
}

/** Globs are rare, and the library for them need not be loaded for nothing. */
async function hitsIn(
  files: readonly string[],
  { dependents }: IndexedManifest,
  { now }: BothModules,
): Promise<Hits> {
  const hits = hitsOf(files, dependents, now)
  if (dependents.globs.size === 0) return hits
  const { default: picomatch } = await import('picomatch')
  addWatched(hits, files, [dependents.globs, (glob) => picomatch(glob)])
  return hits
}

/** What is discovered now may be something else than what the commit has, and is then not kept for it. */
function isKept({ source }: IndexedManifest, { now }: BothModules): boolean {
  // Which directories an atlantis.yaml means is more than its text.
  return source === 'file' || (source === 'discovered' && !now.isOther)
}

async function indexedManifest(
  comparison: Comparison,
  modules: BothModules,
  remembered: Remembered | undefined,
): Promise<IndexedManifest> {
  const { root } = comparison.place
  const isFile = existsSync(path.join(root, MAIN_FILE))
  const hasProjects = !isFile && existsSync(path.join(root, ATLANTIS_FILE))
  const known = remembered?.manifest
  if (isFile && known?.source === 'file' && remembered?.isCurrent === true) return known
  const isSame = remembered?.commit === comparison.commits.base && !modules.now.isOther
  if (!isFile && !hasProjects && known?.source === 'discovered' && isSame) return known
  const { indexDiscovered, indexManifest, indexProjects } = await import('./indexing-service.ts')
  if (isFile) return indexManifest(comparison)
  return hasProjects ? indexProjects(comparison) : indexDiscovered(root, modules.now)
}

const none: DefinitionChanges = { reasons: new Map(), removed: [] }

/** Definitions are compared only where something changed that they are made of. */
async function definitionsOf(
  comparison: Comparison,
  modules: BothModules,
  manifest: IndexedManifest,
): Promise<DefinitionChanges> {
  const { commits, files } = comparison
  const made = new Set([
    MAIN_FILE,
    ATLANTIS_FILE,
    ...[...manifest.files, ...manifest.reads].map(([file]) => file),
  ])
  const isTouched = files.some((file) => made.has(file))
  const mayMove = commits.head !== commits.base || files.length > 0
  const moves = mayMove && manifest.moving.length > 0
  const isOther = manifest.source !== 'file' && modules.now.isOther
  if (!isTouched && !moves && !isOther && !mayInclude(manifest, files)) return none
  const { compareDefinitions } = await import('./meaning-service.ts')
  return compareDefinitions(comparison, modules, manifest)
}

/** With `include` a file that is gone may have been part of the manifest. */
function mayInclude({ includes }: IndexedManifest, files: readonly string[]): boolean {
  return includes.length > 0 && files.some((file) => /\.ya?ml$/i.test(file))
}
