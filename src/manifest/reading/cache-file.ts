import { createHash } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { version } from '../../platform/version.ts'
import {
  type PackedReferences,
  packReferences,
  recallReferences,
} from '../expressions/references-codec.ts'
import { readJsonCache, writeJsonCache } from '../json-cache-file.ts'
import type { Manifest } from '../manifest.ts'
import { type PackedManifest, packManifest, unpackManifest } from './manifest-codec.ts'
import type { ManifestText } from './text.ts'

/** Raised when the packed form changes, or what a manifest must be to be right. */
const FORMAT = 3
/** Branches and worktrees have each their own. */
const MOST_FILES = 16

interface CacheEntry {
  /** Globs of `include`, to find out without reading the main file whether there are other files now. */
  readonly includes: readonly string[]
  /** Digests of the included files, in order. */
  readonly digests: readonly (readonly [file: string, digest: string])[]
  readonly manifest: PackedManifest
  readonly references: PackedReferences
}

/** A manifest that was found right before, with what has to be the same for it to be right still. */
export class CachedManifest {
  readonly includes: readonly string[]
  readonly #entry: CacheEntry

  constructor(entry: CacheEntry) {
    this.includes = entry.includes
    this.#entry = entry
  }

  /** The manifest, if these are the included files that it was made of; undefined otherwise. */
  manifestOf(root: string, included: readonly ManifestText[]): Manifest | undefined {
    if (JSON.stringify(this.#entry.digests) !== JSON.stringify(digestsOf(included)))
      return undefined
    try {
      const manifest = unpackManifest(root, this.#entry.manifest)
      recallReferences(manifest, this.#entry.references)
      return manifest
    } catch {
      // Something else wrote there: it is read anew, and written over.
      return undefined
    }
  }
}

/** What is kept for this text of the main file; undefined for nothing that can be used. */
export async function readCached(
  directory: string,
  main: ManifestText,
): Promise<CachedManifest | undefined> {
  const found = await readJsonCache(path.join(directory, nameOf(main)))
  return isEntry(found) ? new CachedManifest(found) : undefined
}

/** Keeps a manifest that is right, and forgets those that were not needed for long. */
export async function writeCached(
  directory: string,
  [main, ...included]: readonly [ManifestText, ...ManifestText[]],
  content: { readonly includes: readonly string[]; readonly manifest: Manifest },
): Promise<void> {
  const entry: CacheEntry = {
    includes: content.includes,
    digests: digestsOf(included),
    manifest: packManifest(content.manifest),
    references: packReferences(content.manifest),
  }
  await writeJsonCache(path.join(directory, nameOf(main)), entry)
  await forgetOld(directory)
}

const PREFIX = 'manifest-'

function nameOf({ text }: ManifestText): string {
  return `${PREFIX}${sha256(`${FORMAT} ${version()} ${text}`).slice(0, 32)}.json`
}

function digestsOf(texts: readonly ManifestText[]): CacheEntry['digests'] {
  return texts.map(({ file, text }) => [file, sha256(text)])
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function isEntry(value: unknown): value is CacheEntry {
  if (typeof value !== 'object' || value === null) return false
  return 'includes' in value && Array.isArray(value.includes) && 'digests' in value
}

async function forgetOld(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => [])
  const files = names
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => path.join(directory, name))
  if (files.length <= MOST_FILES) return
  const aged = await Promise.all(
    files.map(async (file) => ({
      file,
      at: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0,
    })),
  )
  const old = aged.sort((a, b) => b.at - a.at).slice(MOST_FILES)
  await Promise.all(old.map(({ file }) => rm(file, { force: true }).catch(() => {})))
}
