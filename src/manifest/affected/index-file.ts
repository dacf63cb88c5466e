import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { version } from '../../platform/version.ts'
import { readJsonCache, writeJsonCache } from '../json-cache-file.ts'
import { MAIN_FILE } from '../reading/text-file.ts'
import {
  type AffectedIndex,
  type Digested,
  type IndexedManifest,
  isPackedIndex,
  packIndex,
  unpackIndex,
} from './index-codec.ts'

/** Raised when the packed form, or what is told by it, changes. */
const FORMAT = 4

/** What was remembered, and whether its manifest is still the one of the working tree. */
export interface Remembered extends AffectedIndex {
  readonly isCurrent: boolean
}

/** What was remembered; undefined when there is nothing that can be used. */
export async function readIndex(
  root: string,
  cacheDirectory: string | undefined,
): Promise<Remembered | undefined> {
  if (cacheDirectory === undefined) return undefined
  const found = await readJsonCache(fileIn(cacheDirectory))
  if (!isPackedIndex(found)) return undefined
  try {
    const index = unpackIndex(found)
    return { ...index, isCurrent: await isUnchanged(root, index.manifest) }
  } catch {
    // Something else wrote there: it is made anew, and written over.
    return undefined
  }
}

export async function writeIndex(
  cacheDirectory: string | undefined,
  index: AffectedIndex,
): Promise<void> {
  if (cacheDirectory !== undefined) {
    await writeJsonCache(fileIn(cacheDirectory), packIndex(index))
  }
}

function fileIn(cacheDirectory: string): string {
  return path.join(cacheDirectory, `affected-${FORMAT}-${version()}.json`)
}

/** Digests of files as they are now; of one that is not there an empty text. */
export function digestsOf(root: string, files: readonly string[]): Promise<Digested[]> {
  return Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(path.join(root, file)).catch(() => undefined)
      const digest = bytes === undefined ? '' : createHash('sha256').update(bytes).digest('hex')
      return [file, digest] as const
    }),
  )
}

/** Whether the files that a manifest was made of are as they were, and no others. */
async function isUnchanged(root: string, manifest: IndexedManifest): Promise<boolean> {
  const { files, reads, includes } = manifest
  const before = [...files, ...reads]
  const now = await digestsOf(
    root,
    before.map(([file]) => file),
  )
  if (JSON.stringify(now) !== JSON.stringify(before)) return false
  if (includes.length === 0) return true
  const { findIncluded } = await import('../reading/include-file.ts')
  const found = await Promise.all(includes.map((glob) => findIncluded(root, glob)))
  const included = new Set([MAIN_FILE, ...found.flat()])
  return included.size === files.length && files.every(([file]) => included.has(file))
}
