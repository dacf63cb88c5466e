import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { codeOf } from '../errors.ts'
import { treeOf } from './commit-pack.ts'
import { askGit, failed, firstLine, type GitPlace } from './git.ts'
import { gitDirectory } from './git-directory.ts'

export interface WorkingTree {
  /** Undefined in a repository without any commit. */
  readonly head: string | undefined
  /** `Name <mail>`, used where git does not know who the person is. */
  readonly actor: string
}

/**
 * A commit of a working tree as it is: all that is not ignored, new files too. Nothing of the repository
 * changes: the commit has no name, and the person's index stays as it is. The same content makes the same
 * commit. A tree that does not differ from its head after all is the head.
 */
export async function commitWorkingTree(
  place: GitPlace,
  { head, actor }: WorkingTree,
): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'portolan-index-'))
  try {
    const index = path.join(directory, 'index')
    // With what git knows of the files it need not read them all. There may be none yet.
    await copyFile(path.join(gitDirectory(place.root), 'index'), index).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error
    })
    const variables = { GIT_INDEX_FILE: index }
    const quiet = ['-c', 'core.safecrlf=false', '-c', 'advice.addEmbeddedRepo=false']
    const added = await askGit(place, [...quiet, 'add', '--all', '--', ':/'], { variables })
    if (added.exitCode !== 0) throw failed('take the working tree as it is', added)
    const written = await askGit(place, ['write-tree'], { variables })
    const tree = firstLine(written)
    if (written.exitCode !== 0 || tree === undefined) throw failed('write its files', written)
    if (head !== undefined && (await treeOf(place, head)) === tree) return head
    return await commitTree(place, tree, { head, actor })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function commitTree(
  place: GitPlace,
  tree: string,
  { head, actor }: WorkingTree,
): Promise<string> {
  // Of the head, so that the same files give the same commit as long as it is the same; and what it was
  // made for is said of it, as of what it was made from.
  const said =
    head === undefined
      ? undefined
      : await askGit(place, ['show', '--no-patch', '--format=%ct%n%s', head])
  const [date = '0', subject = ''] = said?.stdout.toString('utf8').split('\n') ?? []
  // Without the sign git takes a small number for no date.
  const dated = { GIT_AUTHOR_DATE: `@${date} +0000`, GIT_COMMITTER_DATE: `@${date} +0000` }
  const parents = head === undefined ? [] : ['-p', head]
  const commit = (more: Readonly<Record<string, string>>) =>
    askGit(place, ['commit-tree', tree, ...parents, '-m', subject || 'Uncommitted changes'], {
      variables: { ...dated, ...more },
    })
  // As git knows the person; where it does not, as we do.
  const own = await commit({})
  const committed = own.exitCode === 0 ? own : await commit(identityOf(actor))
  const made = firstLine(committed)
  if (committed.exitCode !== 0 || made === undefined) throw failed('commit them', committed)
  return made
}

function identityOf(actor: string): Readonly<Record<string, string>> {
  const [, name = actor, mail = ''] = /^(.*?) ?<(.*)>$/.exec(actor) ?? []
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: mail,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: mail,
  }
}
