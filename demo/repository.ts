import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../src/platform/process/process.ts'
import { say } from './narration.ts'

const sample = fileURLToPath(new URL('platform', import.meta.url))

/** The git repository of the sample platform, and the registry that its images are pushed to. */
export interface Repository {
  readonly root: string
  /** From where the demo was started. */
  readonly place: string
  readonly registry: string
  /** Writes an image of a version into the registry. */
  push(version: string): Promise<void>
  /** Changes the manifest and commits it; nothing if it is so already. */
  commit(message: string, change: (manifest: string) => string): Promise<void>
  /** The same on a new branch of main; what is checked out stays as it is. */
  propose(branch: string, proposal: NewBranch): Promise<void>
}

interface NewBranch {
  readonly message: string
  change(manifest: string): string
}

/** The repository as it is left; made where there is none. */
export async function openRepository(directory: string): Promise<Repository> {
  const root = path.join(directory, 'shop')
  const registry = path.join(directory, 'registry')
  await mkdir(registry, { recursive: true })
  await mkdir(root, { recursive: true })
  const git = (...args: string[]) => runGit(root, args)
  if ((await tryGit(root, ['rev-parse', '--verify', '--quiet', 'HEAD'])) !== 0) {
    await cp(sample, root, { recursive: true })
    await git('init', '--quiet', '--initial-branch=main')
    await git('config', 'user.name', 'Alice Ash')
    await git('config', 'user.email', 'alice@example.com')
    await git('add', '--all')
    await git('commit', '--quiet', '--message', 'The shop, 1.0.0')
  }
  // What is merged shows in the directory.
  await git('config', 'receive.denyCurrentBranch', 'updateInstead')
  const manifest = path.join(root, 'portolan.yaml')
  return {
    root,
    place: path.relative(process.cwd(), root) || '.',
    registry,
    push: (version) => writeFile(path.join(registry, `shop-${version}`), `the shop, ${version}\n`),
    commit: async (message, change) => {
      const before = await readFile(manifest, 'utf8')
      const after = change(before)
      if (after === before) return
      await writeFile(manifest, after)
      await git('commit', '--quiet', '--message', message, '--', 'portolan.yaml')
    },
    propose: async (branch, { message, change }) => {
      const tree = path.join(directory, 'branch')
      await rm(tree, { recursive: true, force: true })
      await git('worktree', 'prune')
      await git('worktree', 'add', '--quiet', '-B', branch, tree, 'main')
      const file = path.join(tree, 'portolan.yaml')
      await writeFile(file, change(await readFile(file, 'utf8')))
      await runGit(tree, ['commit', '--quiet', '--all', '--message', message])
      await git('worktree', 'remove', tree)
    },
  }
}

/** Nothing of an earlier demo is deleted: somebody may have worked on it. */
export async function setAside(directory: string): Promise<void> {
  if (!existsSync(directory)) return
  const aside = `${directory}-until-${new Date().toISOString().replaceAll(':', '.')}`
  await rename(directory, aside)
  say(`The repository of an earlier demo is now in ${path.relative(process.cwd(), aside)}`)
}

async function runGit(root: string, args: readonly string[]): Promise<void> {
  const result = await runCommand('git', args, { cwd: root, env: environment() })
  if (result.exitCode !== 0) throw new Error(`git ${args.join(' ')} failed: ${result.stderr}`)
}

async function tryGit(root: string, args: readonly string[]): Promise<number | undefined> {
  // Never what lies around it: the demo is started in a repository of its own.
  const env = { ...environment(), GIT_CEILING_DIRECTORIES: path.dirname(root) }
  return (await runCommand('git', args, { cwd: root, env })).exitCode
}

function environment(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env
  return { PATH, HOME }
}
