import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { codeOf, unavailable } from '../platform/errors.ts'

const Installation = z.object({ id: z.uuid() })
const RepositoryRecord = z.object({
  id: z.string(),
  origins: z.array(z.string()),
  paths: z.array(z.string()),
  createdAt: z.string(),
})

/** What a data directory knows of the repository whose data it holds. */
export type RepositoryRecord = Readonly<z.infer<typeof RepositoryRecord>>

const FILE = 'repository.json'

/** Random identity of this data home, made once however many commands start at the same time. */
export async function installationId(dataHome: string): Promise<string> {
  const file = path.join(dataHome, 'installation.json')
  const found = await readJson(file)
  if (found !== undefined) return Installation.parse(found).id
  await mkdir(dataHome, { recursive: true, mode: 0o700 })
  const temporary = await writeTemporary(file, { id: randomUUID() })
  try {
    await link(temporary, file) // Unlike a rename it never replaces what another command made.
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    await rm(temporary, { force: true })
  }
  return Installation.parse(await readJson(file)).id
}

/** Every repository that this data home holds data of. */
export async function readRecords(dataHome: string): Promise<RepositoryRecord[]> {
  const entries = await readdir(dataHome, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw unavailable(`the data directory ${dataHome} cannot be read`, {
      cause: error,
      next: 'Set PORTOLAN_DATA_DIR to a directory of yours, or mend the permissions.',
    })
  })
  const records = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map((entry) => readRecord(dataHome, entry.name)),
  )
  return records.filter((record) => record !== undefined)
}

/** The record of one data directory. */
export async function readRecord(
  dataHome: string,
  id: string,
): Promise<RepositoryRecord | undefined> {
  const file = path.join(dataHome, id, FILE)
  const found = await readJson(file)
  if (found === undefined) return undefined
  const parsed = RepositoryRecord.safeParse(found)
  if (parsed.success) return parsed.data
  throw unavailable(`${file} cannot be understood`, {
    next: 'It says which repository the data beside it belongs to: restore it from a backup.',
  })
}

/** Writes a record whole: a reader sees the old one or the new one. */
export async function writeRecord(dataHome: string, record: RepositoryRecord): Promise<void> {
  const directory = path.join(dataHome, record.id)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const file = path.join(directory, FILE)
  await rename(await writeTemporary(file, record), file)
}

async function writeTemporary(file: string, content: unknown): Promise<string> {
  const temporary = `${file}.${randomUUID()}`
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(content, undefined, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return temporary
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    if (error instanceof SyntaxError || codeOf(error) === 'EACCES') {
      throw unavailable(`${file} cannot be read`, {
        cause: error,
        next: 'Restore it, or mend its permissions.',
      })
    }
    throw error
  }
}
