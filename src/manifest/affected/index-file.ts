import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { version } from '../../platform/version.ts'
import { readJsonCache, writeJsonCache } from '../json-cache-file.ts'
import {
  type AffectedIndex,
  type IndexedManifest,
  isPackedIndex,
  packIndex,
  unpackIndex,
} from './index-codec.ts'

/** Raised when the packed form, or what is told by it, changes. */
const FORMAT = 2

/** What was remembered; undefined when there is nothing that can be used. */
export async function readIndex(
  cacheDirectory: string | undefined,
): Promise<AffectedIndex | undefined> {
  if (cacheDirectory === undefined) return undefined
  const found = await readJsonCache(fileIn(cacheDirectory))
  if (!isPackedIndex(found)) return undefined
  try {
    return unpackIndex(found)
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
export function digestsOf(
  root: string,
  files: readonly string[],
): Promise<(readonly [file: string, digest: string])[]> {
  return Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(path.join(root, file)).catch(() => undefined)
      const digest = bytes === undefined ? '' : createHash('sha256').update(bytes).digest('hex')
      return [file, digest] as const
    }),
  )
}

/** Whether the files that a manifest was made of are as they were. */
export async function isUnchanged(
  root: string,
  { files }: Pick<IndexedManifest, 'files'>,
): Promise<boolean> {
  const now = await digestsOf(
    root,
    files.map(([file]) => file),
  )
  return JSON.stringify(now) === JSON.stringify(files)
}
