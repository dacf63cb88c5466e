import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { codeOf } from '../../platform/errors.ts'
import type { ConfigDirectory } from './discovered.ts'
import { factsOf } from './facts.ts'

/** What a directory holds, by those of its files that are named. */
export async function readFacts(
  root: string,
  directory: string,
  names: readonly string[],
): Promise<ConfigDirectory> {
  const files = await Promise.all(
    names.map(async (name) => ({ name, text: await textOf(path.join(root, directory, name)) })),
  )
  return factsOf(directory, files)
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    // Terraform will say what is wrong with a file that cannot be read.
    if (['ENOENT', 'EACCES', 'EISDIR'].includes(codeOf(error) ?? '')) return ''
    throw error
  }
}
