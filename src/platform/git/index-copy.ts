import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'

const PREFIX = 'git-index-'

/**
 * A copy of a working tree's index for ourselves, in which git may remember which directories hold
 * nothing new: without it, it has to read them all each time. The person's own index stays untouched.
 * Undefined where it cannot be made; then git works as it always does.
 */
export async function indexCopy(top: string, directory: string): Promise<string | undefined> {
  try {
    const index = path.join(await gitDirectory(top), 'index')
    const { ino, size, mtimeNs } = await stat(index, { bigint: true })
    // Another index has another name, so that a git that still writes to the copy of the last one does
    // not put it in the place of this.
    const name = `${PREFIX}${ino}-${size}-${mtimeNs}`
    const names: readonly string[] = await readdir(directory).catch(() => [])
    const copy = path.join(directory, name)
    if (names.includes(name)) return copy
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const temporary = path.join(directory, `new-index-${randomUUID()}`)
    await copyFile(index, temporary)
    // By the age of its index git knows of which files it must look at the content: those that were
    // written in the same moment. A little older is safe, younger is not.
    const written = Number(mtimeNs / 1_000_000n - 1n) / 1000
    await utimes(temporary, written, written)
    await rename(temporary, copy)
    const old = names.filter((one) => one.startsWith(PREFIX) && one !== name)
    await Promise.all(old.map((one) => rm(path.join(directory, one), { force: true })))
    return copy
  } catch {
    return undefined
  }
}

/** Takes a copy away that git could not use. */
export async function forgetCopy(copy: string): Promise<void> {
  await rm(copy, { force: true }).catch(() => {})
}

/** `.git`, or where the file of that name in a worktree or submodule points to. */
async function gitDirectory(top: string): Promise<string> {
  const found = path.join(top, '.git')
  if ((await stat(found)).isDirectory()) return found
  const pointer = /^gitdir: (.*)/.exec(await readFile(found, 'utf8'))?.[1] ?? ''
  return path.resolve(top, pointer)
}
