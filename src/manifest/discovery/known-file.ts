import path from 'node:path'
import { readJsonCache, writeJsonCache } from '../json-cache-file.ts'
import type { ConfigDirectory } from './discovered.ts'

/** What directories held when they were last read, each with the stamp of its files. */
export type KnownDirectories = Map<string, KnownDirectory>

export interface KnownDirectory {
  readonly key: string
  readonly facts: ConfigDirectory
}

/** Raised when a row means something else than before. */
const FORMAT = 2
const FILE = 'discovery.json'

type Row = readonly [directory: string, key: string, flags: number, ...calls: string[]]

/** What is remembered; nothing when it cannot be read. */
export async function readKnown(cacheDirectory: string): Promise<KnownDirectories> {
  const found = await readJsonCache(path.join(cacheDirectory, FILE))
  if (!isKnown(found)) return new Map()
  return new Map(
    found.rows.map(([directory, key, flags, ...calls]) => [
      directory,
      {
        key,
        facts: {
          directory,
          calls,
          hasBackend: (flags & 1) !== 0,
          onlyTofu: (flags & 2) !== 0,
          keepsState: (flags & 4) !== 0,
        },
      },
    ]),
  )
}

/** Remembers directories for the next command. */
export async function writeKnown(
  cacheDirectory: string,
  directories: KnownDirectories,
): Promise<void> {
  const rows = [...directories].map(([directory, { key, facts }]): Row => {
    const flags = flagsOf(facts)
    return [directory, key, flags, ...facts.calls]
  })
  await writeJsonCache(path.join(cacheDirectory, FILE), { format: FORMAT, rows })
}

function flagsOf({ hasBackend, onlyTofu, keepsState }: ConfigDirectory): number {
  return Number(hasBackend) + 2 * Number(onlyTofu) + 4 * Number(keepsState)
}

// The file is ours: only its format, and that it is whole, has to be looked at.
function isKnown(value: unknown): value is { readonly rows: readonly Row[] } {
  if (typeof value !== 'object' || value === null) return false
  return (
    'format' in value && value.format === FORMAT && 'rows' in value && Array.isArray(value.rows)
  )
}
