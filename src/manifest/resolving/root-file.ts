import { readFileSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { codeOf, messageOf, unavailable } from '../../platform/errors.ts'

/**
 * Reads files of a repository for its expressions. What leads out of it, by `..` or by a symbolic link,
 * is not there for them: who writes a manifest must not read what else its machine holds.
 * The result throws an AppError `unavailable` for a file that is there and cannot be read.
 */
export function readerOf(root: string): (file: string) => string | undefined {
  let real: string | undefined
  return (file) => {
    try {
      real ??= realpathSync(root)
      const found = realpathSync(path.join(real, file))
      return found.startsWith(real + path.sep) ? readFileSync(found, 'utf8') : undefined
    } catch (error) {
      if (nothing.has(codeOf(error) ?? '')) return undefined
      throw unavailable(`${file} cannot be read: ${messageOf(error)}`, { cause: error })
    }
  }
}

const nothing: ReadonlySet<string> = new Set([
  'ENOENT',
  'EISDIR',
  'ENOTDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'ERR_INVALID_ARG_VALUE',
])
