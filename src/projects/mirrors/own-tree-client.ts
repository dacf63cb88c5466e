import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { askOwnGit, type OwnRepository } from '../../platform/git/bare-git.ts'
import { entriesOf, failed } from '../../platform/git/git.ts'

/** Makes a repository without objects of its own: it has those of the mirror. */
export async function makeBorrower(
  directory: string,
  { mirror, commit }: { readonly mirror: string; readonly commit: string },
): Promise<void> {
  const info = path.join(directory, 'objects', 'info')
  await mkdir(info, { recursive: true, mode: 0o700 })
  await mkdir(path.join(directory, 'refs', 'heads'), { recursive: true, mode: 0o700 })
  const sha256 = commit.length === 64
  await Promise.all([
    writeFile(path.join(info, 'alternates'), `${path.join(mirror, 'objects')}\n`),
    writeFile(path.join(directory, 'HEAD'), `${commit}\n`),
    writeFile(
      path.join(directory, 'config'),
      [
        '[core]',
        `\trepositoryformatversion = ${sha256 ? 1 : 0}`,
        '\tfilemode = true',
        '\tbare = false',
        ...(sha256 ? ['[extensions]', '\tobjectformat = sha256'] : []),
        '',
      ].join('\n'),
    ),
  ])
}

/** Puts the files of a commit into the working tree; tracked files that differ are replaced. */
export async function putFiles(own: OwnRepository, commit: string): Promise<void> {
  const result = await askOwnGit(own, ['reset', '--quiet', '--hard', commit, '--'])
  if (result.exitCode !== 0) throw failed(`check out ${commit}`, result)
}

/** Removes all that is not of the commit: ignored files and repositories within too. */
export async function removeTheRest(own: OwnRepository): Promise<void> {
  const result = await askOwnGit(own, ['clean', '--quiet', '-ffdx'])
  if (result.exitCode !== 0) throw failed('clean a working tree', result)
}

/** Empties the directories of submodules: git leaves alone what is in them. */
export async function emptySubmodules(own: OwnRepository & { readonly tree: string }) {
  const result = await askOwnGit(own, ['ls-files', '--stage', '-z'])
  if (result.exitCode !== 0) throw failed('list the files of a commit', result)
  for (const entry of entriesOf(result)) {
    if (!entry.startsWith('160000 ')) continue
    const directory = path.join(own.tree, entry.slice(entry.indexOf('\t') + 1))
    await rm(directory, { recursive: true, force: true })
    await mkdir(directory, { recursive: true })
  }
}

/**
 * Gives the working tree a `.git` of its own for what runs in it, made anew: whatever was done to the
 * last one is gone.
 */
export async function giveGit(
  { gitDirectory, tree }: OwnRepository & { readonly tree: string },
  origin: { readonly mirror: string; readonly commit: string },
): Promise<void> {
  const directory = path.join(tree, '.git')
  await rm(directory, { recursive: true, force: true })
  await makeBorrower(directory, origin)
  await cp(path.join(gitDirectory, 'index'), path.join(directory, 'index'))
}
