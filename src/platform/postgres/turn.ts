import { rm, stat, utimes, writeFile } from 'node:fs/promises'
import { codeOf } from '../errors.ts'

const BEAT = 500
const DEAD_AFTER = 3_000

/**
 * Lets one process do some work while others wait for it, by a file that the worker keeps young.
 * It only spares work: whoever relies on it must still be right when two get through.
 */
export async function inTurn<T>(file: string, work: () => Promise<T>): Promise<T> {
  while (!(await take(file))) {
    if ((await age(file)) > DEAD_AFTER) await rm(file, { force: true })
    await sleep(20)
  }
  const beat = setInterval(() => {
    const now = new Date()
    utimes(file, now, now).catch(() => undefined)
  }, BEAT)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    await rm(file, { force: true })
  }
}

async function take(file: string): Promise<boolean> {
  try {
    await writeFile(file, '', { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

async function age(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined)
  return found === undefined ? 0 : Date.now() - found.mtimeMs
}

/** Is there a process with this number? Another user's and a zombie count. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
