import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { codeOf, conflict } from '../../platform/errors.ts'
import { MAIN_FILE, readMainText } from '../reading/text-file.ts'
import type { FirstManifest, InitOptions } from './facts.ts'

/** Looks at a repository and makes its first manifest, which is right as it is. */
export async function firstManifest(root: string, options: InitOptions): Promise<FirstManifest> {
  const maker = await import('./first-manifest-file.ts')
  return maker.firstManifest(root, options)
}

/**
 * Writes a first manifest, never over anything.
 * @throws AppError `conflict` when there is a file of that name, `invalid` for one that means to be it.
 */
export async function writeManifest(root: string, { text }: FirstManifest): Promise<string> {
  const file = path.join(root, MAIN_FILE)
  await readMainText(root) // Refuses where one is there under another name.
  try {
    await writeFile(file, text, { flag: 'wx' })
    return file
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    throw conflict(`there is a ${MAIN_FILE} in ${root} already: nothing was written`, {
      next: 'What it would write is shown above it: take over by hand what you want of it.',
    })
  }
}
