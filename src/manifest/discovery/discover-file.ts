import { statSync } from 'node:fs'
import path from 'node:path'
import type { Manifest } from '../manifest.ts'
import { configFilesByDirectory } from './config-files-client.ts'
import { type ConfigDirectory, discoveredManifest } from './discovered.ts'
import { readFacts } from './facts-file.ts'
import { type KnownDirectories, readKnown, writeKnown } from './known-file.ts'

export interface DiscoverOptions {
  /** Where it is remembered what the directories hold. */
  readonly cacheDirectory?: string | undefined
  /** The process environment, for git; without it files that git ignores are found too. */
  readonly env?: Readonly<Record<string, string>> | undefined
}

/** The manifest of a repository that has none. */
export async function discover(root: string, options: DiscoverOptions): Promise<Manifest> {
  return discoveredManifest(root, await configDirectories(root, options))
}

/** Every directory below the root that holds configuration. */
export async function configDirectories(
  root: string,
  { cacheDirectory, env }: DiscoverOptions,
): Promise<readonly ConfigDirectory[]> {
  const [files, known] = await Promise.all([
    configFilesByDirectory(root, env),
    cacheDirectory === undefined ? new Map() : readKnown(cacheDirectory),
  ])
  const now = Date.now()
  const fresh: KnownDirectories = new Map()
  const missing: Missing[] = []
  for (const [directory, names] of files) {
    const { key, newest, present } = stamp(path.join(root, directory), names)
    if (present.length === 0) continue
    const before = known.get(directory)
    if (before?.key === key) fresh.set(directory, before)
    // What was written just now may be written again within the same tick of the clock.
    else missing.push({ directory, names: present, key: now - newest > 2000 ? key : undefined })
  }
  await inTurns(missing, 64, async ({ directory, names, key }) => {
    const facts = await readFacts(root, directory, names)
    fresh.set(directory, { key: key ?? '', facts })
  })
  const isNew = missing.length > 0 || fresh.size !== known.size
  if (cacheDirectory !== undefined && isNew) await writeKnown(cacheDirectory, fresh)
  return [...fresh.values()].map((one) => one.facts)
}

interface Missing {
  readonly directory: string
  readonly names: readonly string[]
  readonly key: string | undefined
}

/** Which files are there, and how they were last written, in one text to compare. */
function stamp(directory: string, names: readonly string[]) {
  const present: string[] = []
  let key = ''
  let newest = 0
  for (const name of names) {
    // One after the other: for thousands of small files that takes half the time of asking at once.
    const found = statSync(path.join(directory, name), { throwIfNoEntry: false })
    if (found?.isFile() !== true) continue
    present.push(name)
    key += `${name}:${found.size}:${found.mtimeMs};`
    newest = Math.max(newest, found.mtimeMs)
  }
  return { key, newest, present }
}

async function inTurns<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let item = items[next]; item !== undefined; item = items[next]) {
      next += 1
      await work(item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
}
