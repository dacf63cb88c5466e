import { askOwnGit, type OwnRepository } from '../../platform/git/bare-git.ts'
import { failed, firstLine } from '../../platform/git/git.ts'

/** Who made a commit. */
export interface Signature {
  readonly name: string
  readonly mail: string
  /** As git stores it, `1600000000 +0100`; undefined: now. */
  readonly date?: string
}

export interface NewCommit {
  readonly tree: string
  readonly parents: readonly string[]
  readonly message: string
  readonly author: Signature
  readonly committer: Signature
}

/** Makes a commit that no ref leads to. */
export async function makeCommit(own: OwnRepository, commit: NewCommit): Promise<string> {
  const { tree, parents, message, author, committer } = commit
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])]
  const result = await askOwnGit(own, [...args, '-F', '-'], {
    input: message,
    variables: { ...variablesOf('AUTHOR', author), ...variablesOf('COMMITTER', committer) },
  })
  const made = firstLine(result)
  if (result.exitCode !== 0 || made === undefined) throw failed('make a commit', result)
  return made
}

function variablesOf(role: 'AUTHOR' | 'COMMITTER', { name, mail, date }: Signature) {
  return {
    [`GIT_${role}_NAME`]: name,
    [`GIT_${role}_EMAIL`]: mail,
    // Without the sign git takes the seconds of 1970 for something else.
    ...(date === undefined ? {} : { [`GIT_${role}_DATE`]: `@${date}` }),
  }
}

/** A commit that is to be made again on another one. */
export interface Replayed extends Pick<NewCommit, 'message' | 'author'> {
  readonly commit: string
  readonly parent: string
}

/** What a head has beyond a base, oldest first, without merges. */
export async function commitsBeyond(
  own: OwnRepository,
  base: string,
  head: string,
): Promise<Replayed[]> {
  const format = ['%H', '%P', '%an', '%ae', '%ad', '%B'].join('%x00')
  const args = ['log', '-z', '--reverse', '--topo-order', '--no-merges', '--date=raw']
  const result = await askOwnGit(own, [...args, `--format=${format}`, head, `^${base}`, '--'])
  if (result.exitCode !== 0) throw failed(`list what ${head} has beyond ${base}`, result)
  const fields = result.stdout.toString('utf8').split('\0')
  const commits: Replayed[] = []
  for (let at = 0; at + 6 <= fields.length; at += 6) {
    const [commit = '', parent = '', name = '', mail = '', date = '', message = ''] = fields.slice(
      at,
      at + 6,
    )
    commits.push({ commit, parent, message, author: { name, mail, date } })
  }
  return commits
}

/**
 * A commit whose merge with the replayed one gives the files of a base with what that one changed: the
 * base's files beside it, with the same parent. Git learnt only later to be told what both come from.
 */
export async function besideOf(
  own: OwnRepository,
  base: string,
  { parent }: Pick<Replayed, 'parent'>,
  signature: Signature,
): Promise<string> {
  return makeCommit(own, {
    tree: await treeOf(own, base),
    parents: parent === '' ? [] : [parent],
    message: 'beside',
    author: signature,
    committer: signature,
  })
}

export async function treeOf(own: OwnRepository, commit: string): Promise<string> {
  const result = await askOwnGit(own, ['rev-parse', '--verify', '--quiet', `${commit}^{tree}`])
  const tree = firstLine(result)
  if (result.exitCode !== 0 || tree === undefined) throw failed(`read ${commit}`, result)
  return tree
}

/** Whether a commit is in the history of another one. False for commits that are not here. */
export async function isAncestor(
  own: OwnRepository,
  ancestor: string,
  descendant: string,
): Promise<boolean> {
  const result = await askOwnGit(own, ['merge-base', '--is-ancestor', ancestor, descendant])
  return result.exitCode === 0
}
