import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { codeOf } from '../../platform/errors.ts'
import { markOf } from './state-bytes.ts'

/** The file's bytes; undefined when it is not there. */
export async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Puts the workspace's state where Terraform will look for it. What an earlier run left there and
 * nobody recorded is moved aside first: no state byte is thrown away.
 * @returns where it was moved, if there was something to rescue.
 */
export async function placeState(
  file: string,
  state: Buffer | undefined,
  rescued: string,
): Promise<string | undefined> {
  const leftover = await readIfThere(file)
  if (leftover !== undefined && state !== undefined && leftover.equals(state)) return undefined
  const place =
    leftover !== undefined && !isSuperseded(leftover, state)
      ? await moveAside(file, rescued)
      : undefined
  await rm(`${file}.backup`, { force: true })
  if (state === undefined) {
    await rm(file, { force: true })
    return place
  }
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.draft`
  await writeFile(draft, state, { mode: 0o600 })
  await rename(draft, file)
  return place
}

/** Moves a file into the directory of rescued states, under a name of its own. */
export async function moveAside(file: string, rescued: string): Promise<string> {
  await mkdir(rescued, { recursive: true, mode: 0o700 })
  const stamp = new Date().toISOString().replaceAll(':', '-')
  const place = path.join(rescued, `${stamp}-${path.basename(file)}`)
  try {
    await rename(file, place)
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error
    await copyWhole(file, place)
    await rm(file)
  }
  return place
}

async function copyWhole(from: string, to: string): Promise<void> {
  try {
    await writeFile(to, await readFile(from), { mode: 0o600 })
  } catch (error) {
    await rm(to, { force: true })
    throw error
  }
}

function isSuperseded(leftover: Buffer, state: Buffer | undefined): boolean {
  if (leftover.length === 0) return true
  const before = markOf(leftover)
  const now = state && markOf(state)
  if (before === undefined || now === undefined) return false
  return before.lineage === now.lineage && before.serial < now.serial
}
