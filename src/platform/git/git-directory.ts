import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'

/** `.git`, or where the file of that name in a worktree or submodule points to. @throws when there is none */
export function gitDirectory(top: string): string {
  const found = path.join(top, '.git')
  if (statSync(found).isDirectory()) return found
  const pointer = /^gitdir: (.*)/.exec(readFileSync(found, 'utf8'))?.[1] ?? ''
  return path.resolve(top, pointer)
}

/** The directory that all worktrees share. @throws when there is none */
export function commonDirectory(top: string): string {
  const directory = gitDirectory(top)
  const shared = readIfThere(path.join(directory, 'commondir'))?.trim()
  return shared === undefined ? directory : path.resolve(directory, shared)
}

export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
