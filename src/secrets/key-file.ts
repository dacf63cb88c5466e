import { randomBytes } from 'node:crypto'
import { type FileHandle, link, mkdir, open, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { codeOf, unavailable } from '../platform/errors.ts'

const KEY_BYTES = 32
const READABLE_BY_OTHERS = 0o077

/**
 * Reads the instance key, 32 bytes, and makes it when there is none. Any number of processes may
 * call it at once: all get the same key, and nobody ever sees half of one.
 * @throws AppError `unavailable` when others may read the file, or it is not a key.
 */
export async function loadInstanceKey(file: string): Promise<Buffer> {
  const existing = await readKey(file)
  if (existing) return existing
  await createKey(file)
  const created = await readKey(file)
  if (!created) {
    throw unavailable(`the instance key ${file} vanished while it was made`, {
      next: 'Look for what removes files there and start again.',
    })
  }
  return created
}

async function readKey(file: string): Promise<Buffer | undefined> {
  const handle = await openExisting(file)
  if (!handle) return undefined
  try {
    const { mode } = await handle.stat()
    if ((mode & READABLE_BY_OTHERS) !== 0) {
      throw unavailable(`the instance key ${file} may be read by others than its owner`, {
        next: `Run: chmod 600 ${file}`,
      })
    }
    const key = await handle.readFile()
    if (key.length === KEY_BYTES) return key
    throw unavailable(`the instance key ${file} has ${key.length} bytes instead of ${KEY_BYTES}`, {
      next: 'Restore it from a backup. Without it the sealed plans of this database are lost.',
    })
  } finally {
    await handle.close()
  }
}

async function openExisting(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** A link to a whole file appears at once, and fails when somebody else was first. */
async function createKey(file: string): Promise<void> {
  const directory = path.dirname(file)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, randomBytes(KEY_BYTES), { flag: 'wx', mode: 0o600, flush: true })
    await link(draft, file)
    await syncDirectory(directory)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    await unlink(draft).catch(() => undefined)
  }
}

/** The name of a new file survives a crash only when its directory is written too. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
