import { cp, mkdir, readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { askOwnGit, type OwnRepository } from '../../platform/git/bare-git.ts'
import { entriesOf, failed } from '../../platform/git/git.ts'
import { Recent } from '../recent.ts'

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

/**
 * Puts the files of another commit into a working tree that stands at one, by what differs.
 * @returns false, and nothing is done, where that is not enough: other attributes may mean other bytes of
 *   files that are the same
 */
export async function moveFiles(own: OwnRepository, commit: string): Promise<boolean> {
  const before = (await readFile(path.join(own.gitDirectory, 'HEAD'), 'utf8')).trim()
  // Before anything moves: who is killed meanwhile must not find a tree that seems to stand there.
  if (!(await haveSameAttributes(own, before, commit))) return false
  await putFiles(own, commit)
  return true
}

/** By both commits: many trees are moved from one to the other. */
const compared = new Recent<boolean>(100)

async function haveSameAttributes(own: OwnRepository, before: string, commit: string) {
  const both = `${before} ${commit}`
  const known = compared.get(both)
  if (known !== undefined) return known
  const attributes = ['--', ':(glob)**/.gitattributes']
  const differ = await askOwnGit(own, ['diff-tree', '--quiet', '-r', before, commit, ...attributes])
  if (differ.exitCode === 0 || differ.exitCode === 1) compared.set(both, differ.exitCode === 0)
  return differ.exitCode === 0
}

/** Removes all that is not of the commit: ignored files and repositories within too. */
export async function removeTheRest(own: OwnRepository): Promise<void> {
  const result = await askOwnGit(own, ['clean', '--quiet', '-ffdx'])
  if (result.exitCode !== 0) throw failed('clean a working tree', result)
}

type OwnTree = OwnRepository & { readonly tree: string }

/** Empties the directories of submodules: git leaves alone what is in them. */
export async function emptySubmodules(own: OwnTree, commit: string): Promise<void> {
  for (const directory of (await specialsOf(own, commit)).submodules) {
    await rm(directory, { recursive: true, force: true })
    await mkdir(directory, { recursive: true })
  }
}

/**
 * Takes away the links that lead out of the tree. Whoever can push could show by them what is on this
 * machine: what is read of a checkout is shown to people.
 */
export async function cutLinks(own: OwnTree, commit: string): Promise<void> {
  const root = await realpath(own.tree)
  const { links } = await specialsOf(own, commit)
  const leading = await Promise.all(links.map((link) => leadsOut(root, link)))
  await Promise.all(links.filter((_, at) => leading[at]).map((link) => rm(link)))
}

async function leadsOut(root: string, link: string): Promise<boolean> {
  const written = path.resolve(path.dirname(link), await readlink(link))
  // Where it leads nowhere yet, what is written counts.
  const real = await realpath(link).catch(() => written)
  return [written, real].some((one) => one !== root && !one.startsWith(`${root}${path.sep}`))
}

/** What a commit has beside files, by where it is in the tree. */
interface Specials {
  readonly links: readonly string[]
  readonly submodules: readonly string[]
}

/** Relative, by commit: the same in each of its trees, of which there may be many. */
const remembered = new Recent<Specials>(100)

/** Of a tree in which the commit's files were just put. */
async function specialsOf(own: OwnTree, commit: string): Promise<Specials> {
  const found = remembered.get(commit) ?? (await listSpecials(own))
  remembered.set(commit, found)
  const inTree = (file: string) => path.join(own.tree, file)
  return { links: found.links.map(inTree), submodules: found.submodules.map(inTree) }
}

async function listSpecials(own: OwnTree): Promise<Specials> {
  const result = await askOwnGit(own, ['ls-files', '--stage', '-z'])
  if (result.exitCode !== 0) throw failed('list the files of a commit', result)
  const entries = entriesOf(result)
  const ofMode = (mode: string) =>
    entries
      .filter((entry) => entry.startsWith(`${mode} `))
      .map((entry) => entry.slice(entry.indexOf('\t') + 1))
  return { links: ofMode('120000'), submodules: ofMode('160000') }
}

/**
 * Gives the working tree a `.git` of its own for what runs in it, made anew: whatever was done to the
 * last one is gone.
 */
export async function giveGit(
  { gitDirectory, tree }: OwnTree,
  origin: { readonly mirror: string; readonly commit: string },
): Promise<void> {
  const directory = path.join(tree, '.git')
  await rm(directory, { recursive: true, force: true })
  await makeBorrower(directory, origin)
  await cp(path.join(gitDirectory, 'index'), path.join(directory, 'index'))
}
