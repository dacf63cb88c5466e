import type { CommandResult } from '../process/run-command.ts'
import { askGit, entriesOf, failed, type GitPlace } from './git.ts'
import { forgetCopy, indexCopy } from './index-copy.ts'

/** What differs between HEAD and the working tree. */
export interface Status {
  readonly files: readonly string[]
  /** Changed in the index and again in the working tree, so that in the end nothing may have changed. */
  readonly twice: ReadonlySet<string>
}

/** @throws AppError `unavailable` when git fails */
export async function uncommitted(
  place: GitPlace,
  cacheDirectory: string | undefined,
): Promise<Status> {
  const result = await statusOf(place, cacheDirectory)
  const files: string[] = []
  const twice = new Set<string>()
  const directories: string[] = []
  for (const entry of entriesOf(result)) {
    const found = readEntry(entry)
    if (found === undefined) continue
    if (found.path.endsWith('/')) directories.push(found.path)
    else files.push(found.path)
    if (found.twice) twice.add(found.path)
  }
  return { files: [...files, ...(await newFiles(place, directories))], twice }
}

const statusArguments = [
  'status',
  '--porcelain=v2',
  '-z',
  '--untracked-files=normal',
  '--no-renames',
]

async function statusOf(
  place: GitPlace,
  cacheDirectory: string | undefined,
): Promise<CommandResult> {
  const copy =
    cacheDirectory === undefined ? undefined : await indexCopy(place.root, cacheDirectory)
  if (copy !== undefined) {
    const remembering = ['-c', 'core.untrackedCache=true', '-c', 'core.splitIndex=false']
    const result = await askGit(place, [...remembering, ...statusArguments], {
      variables: { GIT_INDEX_FILE: copy, GIT_OPTIONAL_LOCKS: '1' },
    })
    if (result.exitCode === 0) return result
    await forgetCopy(copy)
  }
  const result = await askGit(place, statusArguments)
  if (result.exitCode === 0) return result
  throw failed('look for changes', result)
}

/** One entry of `git status --porcelain=v2`: `1 XY sub mH mI mW hH hI path`, `? path`. */
function readEntry(entry: string): { readonly path: string; readonly twice: boolean } | undefined {
  if (entry.startsWith('? ')) return { path: entry.slice(2), twice: false }
  const fields = { '1': 8, u: 10 }[entry.charAt(0)]
  if (fields === undefined) return undefined
  const parts = entry.split(' ')
  const state = parts[1] ?? ''
  return { path: parts.slice(fields).join(' '), twice: !state.includes('.') }
}

/** The files of directories that are new as a whole. */
async function newFiles(place: GitPlace, directories: readonly string[]): Promise<string[]> {
  if (directories.length === 0) return []
  const args = ['--literal-pathspecs', 'ls-files', '-z', '--others', '--exclude-standard', '--']
  const result = await askGit(place, [...args, ...directories])
  if (result.exitCode !== 0) throw failed('list new files', result)
  return entriesOf(result)
}
