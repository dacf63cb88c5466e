import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import path from 'node:path'
import { gitDirectory } from './git-directory.ts'

const PREFIX = 'git-index-'

/**
 * A copy of a working tree's index for ourselves, in which git may remember which directories hold
 * nothing new: without it, it has to read them all each time. The person's own index stays untouched.
 * Undefined where it cannot be made; then git works as it always does.
 */
export function indexCopy(top: string, directory: string): string | undefined {
  // In place: git is waited for longest, and everything else can be done while it works.
  try {
    const index = path.join(gitDirectory(top), 'index')
    const { ino, size, mtimeNs } = statSync(index, { bigint: true })
    // Another index has another name, so that a git that still writes to the copy of the last one does
    // not put it in the place of this.
    const name = `${PREFIX}${ino}-${size}-${mtimeNs}`
    const copy = path.join(directory, name)
    if (statSync(copy, { throwIfNoEntry: false }) !== undefined) return copy
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const old = readdirSync(directory).filter((one) => one.startsWith(PREFIX))
    const temporary = path.join(directory, `new-index-${process.pid}-${performance.now()}`)
    copyFileSync(index, temporary)
    // By the age of its index git knows of which files it must look at the content: those that were
    // written in the same moment. A little older is safe, younger is not.
    const written = Number(mtimeNs / 1_000_000n - 1n) / 1000
    utimesSync(temporary, written, written)
    renameSync(temporary, copy)
    for (const one of old) rmSync(path.join(directory, one), { force: true })
    return copy
  } catch {
    return undefined
  }
}

/** Takes a copy away that git could not use. */
export function forgetCopy(copy: string): void {
  try {
    rmSync(copy, { force: true })
  } catch {
    // Then git will say of it again what it said of it now.
  }
}
