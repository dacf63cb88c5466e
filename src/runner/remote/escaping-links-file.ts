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
    const text = await readlink(link)
    const target = path.resolve(entry.parentPath, text)
    const real = await whereItLeads(link, `${entry.parentPath}${path.sep}${text}`)
    if (isWithin(root, target) && isWithin(root, real ?? target)) continue
    throw invalid(
      `${path.relative(root, link)} of ${shown} is a link that leads out of the repository`,
      {
        next: 'Put a copy in its place there, or use another root module.',
      },
    )
  }
}

/** Through other links, which `..` in a text does not know of. Of a link to nothing its directory. */
async function whereItLeads(link: string, unresolved: string): Promise<string | undefined> {
  const there = await realpath(link).catch(() => undefined)
  return there ?? realpath(path.dirname(unresolved)).catch(() => undefined)
}

function isWithin(root: string, place: string): boolean {
  return place === root || place.startsWith(`${root}${path.sep}`)
}
