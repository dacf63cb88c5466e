import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** What a cache file holds; undefined when it is not there or cannot be used, which is never an error. */
export async function readJsonCache(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** Writes a cache file whole: a reader sees the old one or the new one. What fails is only slower. */
export async function writeJsonCache(file: string, content: unknown): Promise<void> {
  const temporary = `${file}.${randomUUID()}`
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(temporary, JSON.stringify(content), { mode: 0o600, flag: 'wx' })
    await rename(temporary, file)
  } catch {
    await rm(temporary, { force: true }).catch(() => {})
  }
}
