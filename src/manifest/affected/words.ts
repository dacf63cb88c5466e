import path from 'node:path'
import { staysInside } from '../kinds/path.ts'
import { gap } from '../resolving/known-text.ts'

/** What a command names that may be a file or a directory of the repository, relative to its root. */
export interface NamedPaths {
  readonly files: readonly string[]
  /** Everything below these; only of words with a slash, so that `test` is no directory. */
  readonly directories: readonly string[]
}

const separators = /[\s"'`;|&()<>{}=,]+/

/** The paths among the words of a command that a shell runs at the root of the repository. */
export function pathsIn(command: string): NamedPaths {
  const files = new Set<string>()
  const directories = new Set<string>()
  for (const word of command.split(separators)) {
    if (!/[./]/.test(word) || /^-|:\/\/|[$*?~]/.test(word) || word.includes(gap)) continue
    const plain = path.posix.normalize(word).replace(/\/+$/, '')
    if (plain === '.' || !staysInside(word)) continue
    files.add(plain)
    if (word.includes('/')) directories.add(plain)
  }
  return { files: [...files], directories: [...directories] }
}
