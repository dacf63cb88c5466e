import { isUtf8 } from 'node:buffer'
import { lstat, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { codeOf, invalid, unavailable } from '../../platform/errors.ts'
import type { ManifestText } from './text.ts'

export const MAIN_FILE = 'portolan.yaml'
/** It counts where there is no `portolan.yaml`. */
export const ATLANTIS_FILE = 'atlantis.yaml'

/**
 * The text of `portolan.yaml`; undefined where there is none.
 * @throws AppError `invalid` when it is there but no file, or under another name.
 */
export async function readMainText(root: string): Promise<ManifestText | undefined> {
  const found = await readTextIfThere(root, MAIN_FILE)
  if (found !== undefined) return found
  const names = await readdir(root).catch(() => [])
  const other = names.find((name) => /^\.?portolan\.ya?ml$/i.test(name))
  if (other === undefined) return undefined
  throw invalid(`the manifest must be called ${MAIN_FILE}, and here it is ${other}`, {
    next: `git mv ${other} ${MAIN_FILE}`,
  })
}

/** As {@link readText}; undefined where there is no such file. */
export async function readTextIfThere(
  root: string,
  file: string,
): Promise<ManifestText | undefined> {
  const found = await lstat(path.join(root, file)).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
  return found === undefined ? undefined : readText(root, file)
}

/**
 * Reads one file of the manifest.
 * @throws AppError `invalid` when it is no text, `unavailable` when it cannot be read.
 */
export async function readText(root: string, file: string): Promise<ManifestText> {
  const bytes = await readFile(path.join(root, file)).catch((error: unknown) => {
    throw unreadable(file, error)
  })
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw invalid(`${file} is written in UTF-16`, { next: 'Save it as UTF-8.' })
  }
  if (!isUtf8(bytes)) throw invalid(`${file} is no UTF-8 text`, { next: 'Save it as UTF-8.' })
  return { file, text: bytes.toString('utf8') }
}

function unreadable(file: string, error: unknown): Error {
  const code = codeOf(error)
  if (code === 'EISDIR') {
    const next = 'Move the directory away: the manifest is a file of that name.'
    return invalid(`${file} is a directory`, { cause: error, next })
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const next = `Mend its permissions: chmod +r ${file}`
    return unavailable(`${file} cannot be read: permission denied`, { cause: error, next })
  }
  if (code === 'ENOENT' || code === 'ELOOP') {
    const next = 'Mend the link, or remove it.'
    return invalid(`${file} is a link that leads nowhere`, { cause: error, next })
  }
  return error instanceof Error ? error : new Error(String(error))
}
