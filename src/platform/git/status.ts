import type { CommandResult } from '../process/run-command.ts'
import { askGit, entriesOf, failed, type GitPlace } from './git.ts'
import { forgetCopy, indexCopy } from './index-copy.ts'

/** What differs between HEAD and the working tree. */
export interface Status {
  /** Undefined before the first commit. */
  readonly head: string | undefined
  readonly files: readonly string[]
  /** Changed in the index and again in the working tree, so that in the end nothing may have changed. */
  readonly twice: ReadonlySet<string>
}

/** @throws AppError `unavailable` when git fails */
export async function uncommitted(
  place: GitPlace,
  cacheDirectory: string | undefined,
): Promise<Status> {
  let head: string | undefined
  const files: string[] = []
  const twice = new Set<string>()
  for (const entry of entriesOf(await statusOf(place, cacheDirectory))) {
    head ??= /^# branch\.oid ([0-9a-f]+)$/.exec(entry)?.[1]
    const found = readEntry(entry)
    if (found === undefined) continue
    files.push(found.path)
    if (found.twice) twice.add(found.path)
  }
  return { head, files, twice }
}

const statusArguments = [
  '-c',
  'status.showUntrackedFiles=all',
  'status',
  '--porcelain=v2',
  '--branch',
  '--no-ahead-behind',
  '-z',
  '--untracked-files=all',
  '--no-renames',
]

async function statusOf(
  place: GitPlace,
  cacheDirectory: string | undefined,
): Promise<CommandResult> {
  const copy = cacheDirectory === undefined ? undefined : indexCopy(place.root, cacheDirectory)
  if (copy !== undefined) {
    const remembering = ['-c', 'core.untrackedCache=true', '-c', 'core.splitIndex=false']
    const result = await askGit(place, [...remembering, ...statusArguments], {
      variables: { GIT_INDEX_FILE: copy, GIT_OPTIONAL_LOCKS: '1' },
    })
    if (result.exitCode === 0) return result
    forgetCopy(copy)
  }
  const result = await askGit(place, statusArguments)
  if (result.exitCode === 0) return result
  throw failed('look for changes', result)
}

/** One entry of `git status --porcelain=v2`: `1 XY sub mH mI mW hH hI path`, `? path`. */
function readEntry(entry: string): { readonly path: string; readonly twice: boolean } | undefined {
  if (entry.startsWith('? ')) return { path: entry.slice(2).replace(/\/$/, ''), twice: false }
  const fields = { '1': 8, u: 10 }[entry.charAt(0)]
  if (fields === undefined) return undefined
  const parts = entry.split(' ')
  const state = parts[1] ?? ''
  return { path: parts.slice(fields).join(' '), twice: !state.includes('.') }
}
