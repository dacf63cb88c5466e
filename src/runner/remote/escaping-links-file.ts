import { readdir, readlink, realpath } from 'node:fs/promises'
import path from 'node:path'
import { invalid } from '../../platform/errors.ts'

/**
 * A link of somebody else's repository must not lead to a file of this machine.
 * @throws AppError `invalid` that names the first one that leads out of the directory
 */
export async function refuseEscapingLinks(directory: string, shown: string): Promise<void> {
  const root = await realpath(directory)
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) continue
    const link = path.join(entry.parentPath, entry.name)
    const target = path.resolve(entry.parentPath, await readlink(link))
    // Where it leads through other links, if there is anything.
    const real = await realpath(link).catch(() => target)
    if (isWithin(root, target) && isWithin(root, real)) continue
    throw invalid(
      `${path.relative(root, link)} of ${shown} is a link that leads out of the repository`,
      {
        next: 'Put a copy in its place there, or use another root module.',
      },
    )
  }
}

function isWithin(root: string, place: string): boolean {
  return place === root || place.startsWith(`${root}${path.sep}`)
}
