import { existsSync } from 'node:fs'
import path from 'node:path'
import { type AppError, invalid } from '../errors.ts'
import { askGit, entriesOf, failed, firstLine, type GitPlace } from './git.ts'
import { askMainBranch, mainBranchNow } from './main-branch.ts'
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
  if (top === undefined) {
    if (options.ref !== undefined) throw noCommit(options.ref)
    return undefined
  }
  const looking = uncommitted({ ...place, root: top }, options.cacheDirectory)
  looking.catch(() => {}) // Seen where it is waited for.
  const base = await findBase(place, top, options.ref).catch(async (error: unknown) => {
    // Nothing that was started here goes on alone.
    await looking.catch(() => {})
    throw error
  })
  const status = await looking
  const { head } = status
  const commit = base.commit ?? head
  const files = new Set([...status.files, ...base.committed])
  const doubtful = status.files.filter((file) => base.committed.has(file) || status.twice.has(file))
  if (commit !== undefined && doubtful.length > 0) {
    for (const file of await unchangedAfterAll({ ...place, root: top }, commit, doubtful)) {
      files.delete(file)
    }
  }
  return { head, base: commit, what: whatIs(base, head), files: fromRoot(place.root, top, files) }
}

/**
 * What differs between the merge base with a reference and the commit of a working tree that nobody
 * writes to: the files themselves are not looked at.
 * @throws AppError `invalid` for a reference that is no commit, `unavailable` when git fails.
 */
export async function findCommitted(
  place: GitPlace,
  { ref, head }: { readonly ref: string; readonly head: string },
): Promise<Changes> {
  const base = await findBase(place, place.root, ref)
  return { head, base: base.commit, what: whatIs(base, head), files: [...base.committed] }
}

function whatIs({ commit, main }: Base, head: string | undefined): string {
  if (head === undefined) return 'nothing: there is no commit yet'
  if (main === undefined) return 'HEAD: there is no main branch to compare with'
  return commit === head ? 'HEAD: uncommitted changes only' : `the merge base with ${main}`
}

function fromRoot(root: string, top: string, files: Iterable<string>): string[] {
  const prefix = path.relative(top, root).split(path.sep).join('/')
  return prefix === '' ? [...files] : [...files].map((file) => path.posix.relative(prefix, file))
}

/** Paths that differ between two commits, relative to the place's root; undefined when one is gone. */
export async function changesBetween(
  place: GitPlace,
  from: string,
  to: string,
): Promise<readonly string[] | undefined> {
  const result = await askGit(place, [...comparing, from, to])
  if (result.exitCode !== 0) return undefined
  return fromRoot(place.root, topOf(place.root) ?? place.root, entriesOf(result))
}

/** The root of the working tree around a directory. */
export function topOf(directory: string): string | undefined {
  if (existsSync(path.join(directory, '.git'))) return directory
  const parent = path.dirname(directory)
  return parent === directory ? undefined : topOf(parent)
}

interface Base {
  /** Undefined where there is nothing but HEAD to compare with. */
  readonly commit: string | undefined
  /** How that is called which was asked for. */
  readonly main: string | undefined
  /** Paths that differ between the base and HEAD. */
  readonly committed: ReadonlySet<string>
}

async function findBase(place: GitPlace, top: string, ref: string | undefined): Promise<Base> {
  // It would be taken for an option.
  if (ref?.startsWith('-') === true) throw noCommit(ref)
  const branch =
    ref === undefined ? (mainBranchNow(top) ?? (await askMainBranch(place))) : undefined
  const wanted = ref ?? branch?.ref
  const main = ref ?? branch?.name
  if (wanted === undefined) return { commit: undefined, main, committed: new Set() }
  const [merged, compared] = await Promise.all([
    askGit(place, ['merge-base', wanted, 'HEAD']),
    askGit(place, [...comparing, '--merge-base', wanted, 'HEAD']),
  ])
  const common = firstLine(merged)
  if (common !== undefined && compared.exitCode === 0) {
    return { commit: common, main, committed: new Set(entriesOf(compared)) }
  }
  // Without a common ancestor the commit itself is what to compare with; and git before 2.30 cannot
  // compare with an ancestor.
  const commit = common ?? (await commitOf(place, wanted))
  if (commit === undefined) throw noCommit(wanted)
  const result = await askGit(place, [...comparing, commit, 'HEAD'])
  if (result.exitCode !== 0) throw failed('compare commits', result)
  return { commit, main, committed: new Set(entriesOf(result)) }
}

const comparing = ['diff-tree', '-r', '-z', '--name-only', '--no-renames']

async function commitOf(place: GitPlace, ref: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]
  const result = await askGit(place, args)
  return result.exitCode === 0 ? firstLine(result) : undefined
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
