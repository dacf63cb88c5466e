import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, readdir, rename, stat, symlink } from 'node:fs/promises'
import path from 'node:path'
import { codeOf } from '../../../platform/errors.ts'
import { type InitInputs, lockedProvidersOf } from './data-directory-file.ts'

/**
 * Providers, each unpacked once for all workspaces of this machine and used by link:
 * `<store>/<host>/<namespace>/<type>/<version>/<platform>`. The store is never trusted: one is linked
 * only if it has a hash of the lock file. (Terraform would unpack the right one through a wrong link.)
 */

/** Before `init`: links the providers that the lock file names, so that none is fetched again. */
export async function linkProviders(
  store: string,
  dataDirectory: string,
  inputs: InitInputs,
): Promise<void> {
  for (const { source, version, hashes } of (await lockedProvidersOf(inputs)) ?? []) {
    const name = path.join(source, version, inputs.tool.platform)
    const kept = path.join(store, name)
    if (!(await isDirectory(kept)) || !hashes.includes(await packageHash(kept))) continue
    await link(kept, path.join(dataDirectory, 'providers', name))
  }
}

/** After `init`: what it unpacked becomes the store's, and is linked in its place. */
export async function keepProviders(store: string, dataDirectory: string): Promise<void> {
  const providers = path.join(dataDirectory, 'providers')
  for (const name of await packagesBelow(providers, 5)) {
    const kept = path.join(store, name)
    const unpacked = path.join(providers, name)
    if (await isDirectory(kept)) continue
    await mkdir(path.dirname(kept), { recursive: true, mode: 0o700 })
    // Atomic: of two that come at once one is kept, and the other one's stays where it is.
    if (!(await moved(unpacked, kept))) continue
    await link(kept, unpacked)
    await makeReadOnly(kept)
  }
}

async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if (['EEXIST', 'ENOTEMPTY', 'EXDEV'].includes(codeOf(error) ?? '')) return false
    throw error
  }
}

async function link(target: string, place: string): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true, mode: 0o700 })
  await symlink(target, place).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
}

/** `host/namespace/type/version/platform` of each real directory; links are the store's already. */
async function packagesBelow(directory: string, depth: number): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  if (depth === 1) return names
  const below = await Promise.all(
    names.map(async (name) =>
      (await packagesBelow(path.join(directory, name), depth - 1)).map((rest) =>
        path.join(name, rest),
      ),
    ),
  )
  return below.flat()
}

async function makeReadOnly(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name)
    if (entry.isFile()) await chmod(file, (await stat(file)).mode & 0o555)
  }
}

/** `h1:`, as Go's dirhash.Hash1 has it: sha256 over the sorted list of each file's sha256 and name. */
async function packageHash(directory: string): Promise<string> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true })
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const list = createHash('sha256')
  for (const name of files) {
    const file = createHash('sha256')
    for await (const chunk of createReadStream(path.join(directory, name))) file.update(chunk)
    list.update(`${file.digest('hex')}  ${name}\n`)
  }
  return `h1:${list.digest('base64')}`
}

async function isDirectory(place: string): Promise<boolean> {
  return stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
