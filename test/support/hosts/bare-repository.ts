import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runCommand } from '../../../src/platform/process/process.ts'
import type { FakePush } from './host.ts'

/** The repository that a host keeps, with the forks of it. */
export interface BareRepository {
  /** Below it are the repositories, for `answerGit`. */
  readonly root: string
  /** Of the repository. */
  readonly bare: string
  /** In the repository itself. */
  git(...args: string[]): Promise<string>
  /** What a ref or an expression leads to; undefined when there is none. */
  commitOf(expression: string): Promise<string | undefined>
  /** Commits files. Answers the commit. */
  push(push: FakePush): Promise<string>
  /** The tip of a branch of a fork, brought into the repository. */
  fetchFork(owner: string, branch: string): Promise<string>
  setRef(ref: string, commit: string | undefined): Promise<void>
  /** The merge of two commits, not on any branch yet; undefined when they do not merge. */
  merge(merge: BareMerge): Promise<string | undefined>
  dispose(): Promise<void>
}

export interface BareMerge {
  readonly base: string
  readonly head: string
  readonly method: 'merge' | 'squash' | 'rebase'
  readonly message: string
}

const env = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Host',
  GIT_AUTHOR_EMAIL: 'host@example.com',
  GIT_COMMITTER_NAME: 'Host',
  GIT_COMMITTER_EMAIL: 'host@example.com',
}

/** `name` is the full one: `acme/infra`. */
export async function aBareRepository(
  name: string,
  files: FakePush['files'] = { 'README.md': '# Infra\n' },
): Promise<BareRepository> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'portolan-host-')))
  const bare = path.join(root, `${name}.git`)
  const forkOf = (owner: string) => path.join(root, owner, `${path.basename(name)}.git`)
  const forks = new Set<string>()
  const run = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await runCommand('git', args, { env })
    if (exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
    return stdout.toString('utf8').trim()
  }
  const gitIn = (directory: string, ...args: string[]) => run('-C', directory, ...args)
  const git = (...args: string[]) => gitIn(bare, ...args)
  const commitOf = (expression: string) =>
    git('rev-parse', '--verify', '--quiet', `${expression}^{commit}`).catch(() => undefined)
  await run('init', '--quiet', '--bare', '--initial-branch=main', bare)
  await importCommit(bare, { branch: 'main', files, message: 'first' }, undefined)

  async function makeFork(owner: string): Promise<void> {
    if (forks.has(owner)) return
    forks.add(owner)
    await run('clone', '--quiet', '--bare', bare, forkOf(owner))
  }

  return {
    root,
    bare,
    git,
    commitOf,
    async push(push) {
      if (push.fork !== undefined) await makeFork(push.fork)
      const directory = push.fork === undefined ? bare : forkOf(push.fork)
      const tipOf = (branch: string) =>
        gitIn(directory, 'rev-parse', '--verify', '--quiet', `${branch}^{commit}`).catch(
          () => undefined,
        )
      const own = push.force === true ? undefined : await tipOf(`refs/heads/${push.branch}`)
      await importCommit(directory, push, own ?? (await tipOf(push.from ?? 'main')))
      return gitIn(directory, 'rev-parse', `refs/heads/${push.branch}`)
    },
    async fetchFork(owner, branch) {
      await git('fetch', '--quiet', forkOf(owner), `refs/heads/${branch}`)
      return git('rev-parse', 'FETCH_HEAD')
    },
    async setRef(ref, commit) {
      await (commit === undefined ? git('update-ref', '-d', ref) : git('update-ref', ref, commit))
    },
    merge: (merge) => mergeIn(git, merge),
    dispose: () => rm(root, { recursive: true, force: true }),
  }
}

type Git = BareRepository['git']

async function mergeIn(git: Git, merge: BareMerge): Promise<string | undefined> {
  if (merge.method === 'rebase') return rebaseIn(git, merge)
  const tree = await mergedTree(git, [merge.base, merge.head])
  if (tree === undefined) return undefined
  const parents = merge.method === 'merge' ? [merge.base, merge.head] : [merge.base]
  return commitTree(git, tree, parents, merge.message)
}

async function rebaseIn(git: Git, { base, head }: BareMerge): Promise<string | undefined> {
  const commits = await git('rev-list', '--reverse', '--no-merges', `${base}..${head}`)
  let tip = base
  for (const commit of commits.split('\n').filter((line) => line !== '')) {
    // The same three trees under commits made for it: older gits take no base for a merge of trees.
    const before = await commitTree(git, `${commit}^^{tree}`, [], 'before')
    const ours = await commitTree(git, `${tip}^{tree}`, [before], 'ours')
    const theirs = await commitTree(git, `${commit}^{tree}`, [before], 'theirs')
    const tree = await mergedTree(git, [ours, theirs])
    if (tree === undefined) return undefined
    tip = await commitTree(git, tree, [tip], await git('log', '-1', '--format=%B', commit))
  }
  return tip
}

const mergedTree = (git: Git, what: readonly string[]) =>
  git('merge-tree', '--write-tree', ...what).then(
    (answer) => answer.split('\n')[0],
    () => undefined,
  )

const commitTree = (git: Git, tree: string, parents: readonly string[], message: string) =>
  git('commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-m', message)

/** One commit in one process, as files are only changed and no tree is worked in. */
async function importCommit(
  directory: string,
  push: FakePush,
  parent: string | undefined,
): Promise<void> {
  const author = push.author ?? 'ada'
  const who = `${author} <${author}@example.com> ${Math.floor(Date.now() / 1000)} +0000`
  const lines = [
    `commit refs/heads/${push.branch}`,
    `author ${who}`,
    `committer ${who}`,
    data(push.message ?? 'change'),
    ...(parent === undefined ? [] : [`from ${parent}`]),
    ...Object.entries(push.files).map(([file, content]) =>
      content === undefined
        ? `D ${JSON.stringify(file)}`
        : `M 100644 inline ${JSON.stringify(file)}\n${data(content)}`,
    ),
    'done',
    '',
  ]
  const args = ['-C', directory, 'fast-import', '--quiet', '--force', '--done']
  const input = lines.join('\n')
  const { exitCode, stderr } = await runCommand('git', args, { env, input })
  if (exitCode !== 0) throw new Error(`git fast-import: ${stderr}`)
}

const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}`
