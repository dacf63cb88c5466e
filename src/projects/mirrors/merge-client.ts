import { invalid, unavailable } from '../../platform/errors.ts'
import { askOwnGit, type OwnRepository } from '../../platform/git/bare-git.ts'
import { entriesOf, failed, firstLine } from '../../platform/git/git.ts'
import { openMirror } from './mirror-client.ts'
import { isCommitId, type MirrorPlaces } from './places.ts'

/** What merging a head into its base gives. */
export type Merged =
  /** The head itself, where the base has nothing that it lacks; the base, where that has it all. */
  | { readonly commit: string; readonly conflicts?: undefined }
  /** Paths that both sides changed. */
  | { readonly commit?: undefined; readonly conflicts: readonly string[] }

/**
 * Merges two commits of a mirror without any working tree. The same two commits always give the same
 * one, whoever merges them.
 * @throws AppError `not_found` when the mirror does not have them, `invalid` for what is no commit
 */
export async function mergeCommits(
  places: MirrorPlaces,
  projectId: string,
  { base, head }: { readonly base: string; readonly head: string },
): Promise<Merged> {
  for (const commit of [base, head]) {
    if (!isCommitId(commit)) throw invalid(`${JSON.stringify(commit)} is no commit id`)
  }
  const own = openMirror(places, projectId)
  const common = await commonOf(own, base, head)
  if (common === base) return { commit: head }
  if (common === head) return { commit: base }
  const merged = await askOwnGit(own, [
    'merge-tree',
    '--write-tree',
    '--name-only',
    '--no-messages',
    '-z',
    '--allow-unrelated-histories',
    base,
    head,
  ])
  const [tree, ...conflicts] = entriesOf(merged)
  if (merged.exitCode === 1) return { conflicts: [...new Set(conflicts)] }
  // What git says of an option that it does not know.
  if (merged.exitCode === 129) {
    throw unavailable("the server's git is too old to merge without a working tree", {
      next: 'Install git 2.38 or later on the server.',
    })
  }
  if (merged.exitCode !== 0 || tree === undefined) throw failed('merge two commits', merged)
  return { commit: await commitTree(own, { tree, base, head }) }
}

async function commonOf(own: OwnRepository, base: string, head: string) {
  const result = await askOwnGit(own, ['merge-base', base, head])
  // 1: they have nothing in common.
  if (result.exitCode !== 0 && result.exitCode !== 1)
    throw failed('find what two commits have in common', result)
  return firstLine(result)
}

interface Parents {
  readonly tree: string
  readonly base: string
  readonly head: string
}

async function commitTree(own: OwnRepository, { tree, base, head }: Parents): Promise<string> {
  const dated = await askOwnGit(own, ['log', '-1', '--format=%ct', head, '--'])
  if (dated.exitCode !== 0) throw failed(`read the commit ${head}`, dated)
  // Without the sign git takes the seconds of 1970 for something else.
  const at = `@${firstLine(dated) ?? '0'} +0000`
  const message = `Merge ${head} into ${base}`
  const made = await askOwnGit(own, ['commit-tree', tree, '-p', base, '-p', head, '-m', message], {
    variables: {
      GIT_AUTHOR_NAME: 'Portolan',
      GIT_AUTHOR_EMAIL: 'portolan@localhost',
      GIT_AUTHOR_DATE: at,
      GIT_COMMITTER_NAME: 'Portolan',
      GIT_COMMITTER_EMAIL: 'portolan@localhost',
      GIT_COMMITTER_DATE: at,
    },
  })
  const commit = firstLine(made)
  if (made.exitCode !== 0 || commit === undefined) throw failed('make a commit', made)
  return commit
}

/** Where a ref of a mirror stands: `refs/heads/main`; undefined when there is none. */
export async function tipOf(
  places: MirrorPlaces,
  projectId: string,
  ref: string,
): Promise<string | undefined> {
  return idOf(openMirror(places, projectId), `${ref}^{commit}`)
}

/** The tree of a commit: two commits with the same one have the same files. */
export async function treeIdOf(
  places: MirrorPlaces,
  projectId: string,
  commit: string,
): Promise<string | undefined> {
  return idOf(openMirror(places, projectId), `${commit}^{tree}`)
}

async function idOf(own: OwnRepository, revision: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', revision]
  const result = await askOwnGit(own, args)
  return result.exitCode === 0 ? firstLine(result) : undefined
}
