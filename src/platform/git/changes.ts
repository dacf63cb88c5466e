import { existsSync } from 'node:fs'
import path from 'node:path'
import { type AppError, invalid } from '../errors.ts'
import { askGit, entriesOf, failed, firstLine, type GitPlace } from './git.ts'
import { uncommitted } from './status.ts'

/** What differs between a commit and the working tree. */
export interface Changes {
  /** Undefined before the first commit. */
  readonly head: string | undefined
  /** Undefined before the first commit: then everything is new. */
  readonly base: string | undefined
  /** What the base is, for people: "the merge base with origin/main". */
  readonly what: string
  /** Paths that changed, uncommitted and new ones included, relative to the place's root, with `/`. */
  readonly files: readonly string[]
}

export interface ChangesOptions {
  /** What to compare with: the merge base of this and HEAD. Undefined: the main branch. */
  readonly ref: string | undefined
  /** Where git may remember what it found. */
  readonly cacheDirectory: string | undefined
}

/**
 * What differs in the working tree around a directory; undefined outside a repository.
 * @throws AppError `invalid` for a reference that is no commit, `unavailable` when git fails.
 */
export async function findChanges(
  place: GitPlace,
  options: ChangesOptions,
): Promise<Changes | undefined> {
  const top = topOf(place.root)
  if (top === undefined) return undefined
  const looking = uncommitted({ ...place, root: top }, options.cacheDirectory)
  looking.catch(() => {}) // Seen where it is waited for.
  const base = await findBase(place, options.ref).catch(async (error: unknown) => {
    // Nothing that was started here goes on alone.
    await looking.catch(() => {})
    throw error
  })
  const status = await looking
  const { head, commit, what } = base
  const files = new Set([...status.files, ...base.committed])
  const doubtful = status.files.filter((file) => base.committed.has(file) || status.twice.has(file))
  if (commit !== undefined && doubtful.length > 0) {
    for (const file of await unchangedAfterAll({ ...place, root: top }, commit, doubtful)) {
      files.delete(file)
    }
  }
  const prefix = path.relative(top, place.root).split(path.sep).join('/')
  const relative = (file: string) => (prefix === '' ? file : path.posix.relative(prefix, file))
  return { head, base: commit, what, files: [...files].map(relative) }
}

/** Paths that differ between two commits, relative to the place's root; undefined when one is gone. */
export async function changesBetween(
  place: GitPlace,
  from: string,
  to: string,
): Promise<readonly string[] | undefined> {
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames']
  const result = await askGit(place, [...args, from, to])
  if (result.exitCode !== 0) return undefined
  const prefix = path
    .relative(topOf(place.root) ?? place.root, place.root)
    .split(path.sep)
    .join('/')
  return entriesOf(result).map((file) => (prefix === '' ? file : path.posix.relative(prefix, file)))
}

/** The root of the working tree around a directory. */
export function topOf(directory: string): string | undefined {
  if (existsSync(path.join(directory, '.git'))) return directory
  const parent = path.dirname(directory)
  return parent === directory ? undefined : topOf(parent)
}

interface Base {
  readonly head: string | undefined
  readonly commit: string | undefined
  readonly what: string
  /** Paths that differ between the base and HEAD. */
  readonly committed: ReadonlySet<string>
}

async function findBase(place: GitPlace, ref: string | undefined): Promise<Base> {
  // It would be taken for an option.
  if (ref?.startsWith('-') === true) throw noCommit(ref)
  const [head, main] = await Promise.all([
    commitOf(place, 'HEAD'),
    ref === undefined ? mainBranch(place) : undefined,
  ])
  const wanted = ref ?? main?.ref
  if (head === undefined) {
    if (ref !== undefined) throw noCommit(ref)
    return {
      head,
      commit: undefined,
      what: 'nothing: there is no commit yet',
      committed: new Set(),
    }
  }
  if (wanted === undefined) {
    const what = 'HEAD: there is no main branch to compare with'
    return { head, commit: head, what, committed: new Set() }
  }
  const merged = await askGit(place, ['merge-base', wanted, 'HEAD'])
  // Without a common ancestor the commit itself is what to compare with.
  const commit = firstLine(merged) ?? (await commitOf(place, wanted))
  if (commit === undefined) throw noCommit(wanted)
  const committed = commit === head ? [] : await changesOf(place, commit, head)
  const shown = main?.name ?? wanted
  const what = commit === head ? 'HEAD: uncommitted changes only' : `the merge base with ${shown}`
  return { head, commit, what, committed: new Set(committed) }
}

async function changesOf(place: GitPlace, from: string, to: string): Promise<string[]> {
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', from, to]
  const result = await askGit(place, args)
  if (result.exitCode !== 0) throw failed('compare commits', result)
  return entriesOf(result)
}

async function commitOf(place: GitPlace, ref: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]
  const result = await askGit(place, args)
  return result.exitCode === 0 ? firstLine(result) : undefined
}

const mainBranches = [
  'refs/remotes/origin/HEAD',
  'refs/remotes/origin/main',
  'refs/remotes/origin/master',
  'refs/remotes/upstream/HEAD',
  'refs/heads/main',
  'refs/heads/master',
]

/** The branch that others see as the main one. */
async function mainBranch(
  place: GitPlace,
): Promise<{ readonly ref: string; readonly name: string } | undefined> {
  const format = '--format=%(refname) %(symref)'
  const result = await askGit(place, ['for-each-ref', format, ...mainBranches])
  const found = new Map(
    result.stdout
      .toString('utf8')
      .split('\n')
      .map((line): [string, string] => {
        const [name = '', target = ''] = line.split(' ')
        return [name, target === '' ? name : target]
      }),
  )
  const ref = mainBranches.find((name) => found.has(name))
  if (ref === undefined) return undefined
  return { ref, name: (found.get(ref) ?? ref).replace(/^refs\/(remotes|heads)\//, '') }
}

const MOST_DOUBTS = 500

/** Of files that were changed more than once, those that are now as they were in a commit. */
async function unchangedAfterAll(
  place: GitPlace,
  commit: string,
  files: readonly string[],
): Promise<readonly string[]> {
  if (files.length > MOST_DOUBTS) return []
  const args = ['--literal-pathspecs', 'diff', '-z', '--name-only', '--no-renames', commit, '--']
  const result = await askGit(place, [...args, ...files])
  if (result.exitCode !== 0) return []
  const changed = new Set(entriesOf(result))
  return files.filter((file) => !changed.has(file))
}

function noCommit(ref: string): AppError {
  return invalid(`git knows no commit ${JSON.stringify(ref)}`, {
    next: 'Name a branch, a tag or a commit: `git branch --all`. In CI it may have to be fetched first.',
  })
}
