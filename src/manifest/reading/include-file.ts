import { readdir } from 'node:fs/promises'
import path from 'node:path'
import picomatch from 'picomatch'
import { codeOf } from '../../platform/errors.ts'
import { MAIN_FILE } from './text-file.ts'

const leftOut = new Set(['.git', '.terraform', 'node_modules'])

/** Files that a glob of `include` means, relative to the root, by name; the main one never. */
export async function findIncluded(root: string, pattern: string): Promise<readonly string[]> {
  const glob = path.posix.normalize(pattern)
  const { base, isGlob } = picomatch.scan(glob)
  if (!isGlob) return (await isFile(root, glob)) ? [glob].filter((one) => one !== MAIN_FILE) : []
  const matches = picomatch(glob)
  const found: string[] = []
  const walk = async (directory: string): Promise<void> => {
    const entries = await entriesOf(path.join(root, directory))
    const below = entries.map(async (entry) => {
      const file = path.posix.join(directory, entry.name)
      if (entry.isDirectory() && !leftOut.has(entry.name)) await walk(file)
      else if (!entry.isDirectory() && file !== MAIN_FILE && matches(file)) found.push(file)
    })
    await Promise.all(below)
  }
  await walk(base === '' ? '.' : base)
  return found.sort((a, b) => (a < b ? -1 : 1))
}

async function entriesOf(directory: string) {
  try {
    return await readdir(directory, { withFileTypes: true })
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(codeOf(error) ?? '')) return []
    throw error
  }
}

async function isFile(root: string, file: string): Promise<boolean> {
  const entries = await entriesOf(path.join(root, path.posix.dirname(file)))
  const entry = entries.find((one) => one.name === path.posix.basename(file))
  return entry !== undefined && !entry.isDirectory()
}
