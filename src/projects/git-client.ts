import path from 'node:path'
import { unavailable } from '../platform/errors.ts'
import { gitEnvironment } from '../platform/process/git-environment.ts'
import { runCommand, runCommandNow } from '../platform/process/process.ts'
import { Recent } from './recent.ts'

type Environment = Readonly<Record<string, string>>

/** What git knows of a repository that identifies it. */
export interface GitRepository {
  /** Root of the working tree, as git says it (a real path). */
  readonly root: string
  /** The directory that all worktrees of the repository share. */
  readonly commonDirectory: string
  /** `portolan.repository`, `portolan.project`, `user.name`, `user.email` and every `remote.*.url`. */
  readonly config: Readonly<Record<string, string>>
}

export interface GitHead {
  readonly commit: string | undefined
  readonly branch: string | undefined
  readonly dirty: boolean
}

/**
 * The repository around a directory, or undefined outside one.
 * @throws AppError `unavailable` when there is a repository but git refuses to read it: taking the
 *   directory for one outside git would give it another identity.
 */
export async function readRepository(
  directory: string,
  env: Environment,
): Promise<GitRepository | undefined> {
  const [top, common, config] = await Promise.all([
    git(directory, env, ['rev-parse', '--show-toplevel']),
    git(directory, env, ['rev-parse', '--path-format=absolute', '--git-common-dir']),
    git(directory, env, ['config', '-z', '--get-regexp', '^(portolan|user|remote)\\.']),
  ])
  if (top.exitCode === 0 && common.exitCode === 0) {
    return {
      root: withoutNewline(top.stdout),
      commonDirectory: withoutNewline(common.stdout),
      config: parseConfig(config.stdout),
    }
  }
  if (/not a git repository|must be run in a work tree/.test(top.stderr + common.stderr))
    return undefined
  throw unavailable(`git could not read the repository of ${directory}: ${firstLine(top.stderr)}`, {
    next: /dubious ownership/.test(top.stderr)
      ? `Trust it with \`git config --global --add safe.directory ${JSON.stringify(directory)}\`, or change its owner.`
      : 'Run `git status` there and mend what it says.',
  })
}

/** Name and mail of the person as git is configured outside any repository. */
export async function readGlobalConfig(
  directory: string,
  env: Environment,
): Promise<Readonly<Record<string, string>>> {
  const result = await git(directory, env, ['config', '-z', '--get-regexp', '^user\\.'])
  return parseConfig(result.stdout)
}

/** Commit, branch and whether files differ from the commit. */
export async function readHead(root: string, env: Environment): Promise<GitHead> {
  const result = await git(root, env, ['status', '--porcelain=v2', '--branch', '-z'])
  const lines = result.stdout.toString('utf8').split('\0')
  const header = (name: string) =>
    lines.find((line) => line.startsWith(`# branch.${name} `))?.slice(`# branch.${name} `.length)
  const commit = header('oid')
  const branch = header('head')
  return {
    commit: commit === '(initial)' ? undefined : commit,
    branch: branch === '(detached)' ? undefined : branch,
    dirty: lines.some((line) => line !== '' && !line.startsWith('# ')),
  }
}

/** What a commit says of itself. */
export interface CommitText {
  readonly author: string
  /** The first line of what was said of it. */
  readonly subject: string
}

/** By commit: it says the same in every repository, for ever. */
const commitTexts = new Recent<CommitText>(1000)

/** Who made a commit, and what was said of it; undefined where there is none. */
export async function readCommit(
  root: string,
  env: Environment,
  commit: string,
): Promise<CommitText | undefined> {
  const known = commitTexts.get(commit)
  if (known !== undefined) return known
  const text = await askForCommit(root, env, commit)
  if (text !== undefined && isWholeId(commit)) commitTexts.set(commit, text)
  return text
}

const isWholeId = (commit: string) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)

async function askForCommit(
  root: string,
  env: Environment,
  commit: string,
): Promise<CommitText | undefined> {
  const result = await git(root, env, ['log', '-1', '--format=%an <%ae>%x00%s', commit, '--'])
  if (result.exitCode !== 0) return undefined
  const [author = '', subject = ''] = withoutNewline(result.stdout).split('\0')
  return { author, subject }
}

/** The last commit that changed a path. Waits in place: an expression asks for it. */
export function lastCommitOf(root: string, env: Environment, file: string): string | undefined {
  const args = ['-C', root, 'log', '-1', '--format=%H', '--', file]
  const result = runCommandNow('git', args, { env: gitEnvironment(env), timeout: 60_000 })
  return result.exitCode === 0 ? withoutNewline(result.stdout) || undefined : undefined
}

/**
 * A copy of a repository at a commit, in a new directory that shares its objects.
 * @throws AppError `unavailable` when git cannot make it
 */
export async function checkOut(
  root: string,
  env: Environment,
  { commit, directory }: { readonly commit: string; readonly directory: string },
): Promise<void> {
  for (const args of [
    ['-C', root, 'clone', '--quiet', '--shared', '--no-checkout', root, directory],
    ['-C', directory, 'checkout', '--quiet', '--detach', commit],
  ]) {
    const result = await runCommand('git', args, { env: gitEnvironment(env), timeout: 600_000 })
    if (result.exitCode === 0) continue
    throw unavailable(`git could not check out ${commit} of ${root}: ${firstLine(result.stderr)}`, {
      next: 'Check that the commit is still there: `git log`.',
    })
  }
}

/** Of the given paths, those that git ignores. */
export async function ignoredFiles(
  directory: string,
  env: Environment,
  files: readonly string[],
): Promise<string[]> {
  if (files.length === 0) return []
  const result = await git(directory, env, ['check-ignore', '-z', '--stdin'], files.join('\0'))
  return result.stdout
    .toString('utf8')
    .split('\0')
    .filter((file) => file !== '')
}

/** Records a value in the configuration that all worktrees share. False when it may not be written. */
export async function writeConfig(
  repository: GitRepository,
  env: Environment,
  [name, value]: readonly [name: string, value: string],
): Promise<boolean> {
  const file = path.join(repository.commonDirectory, 'config')
  const result = await git(repository.root, env, ['config', '--file', file, name, value])
  return result.exitCode === 0
}

function git(directory: string, env: Environment, args: readonly string[], input?: string) {
  return runCommand('git', ['-C', directory, ...args], {
    env: gitEnvironment(env),
    timeout: 60_000,
    ...(input === undefined ? {} : { input }),
  })
}

/** `-z` output of `git config`: `name\nvalue\0`. The last value of a name wins, as in git. */
function parseConfig(output: Buffer): Record<string, string> {
  const entries = output
    .toString('utf8')
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry): [string, string] => {
      const newline = entry.indexOf('\n')
      return newline === -1 ? [entry, 'true'] : [entry.slice(0, newline), entry.slice(newline + 1)]
    })
  return Object.fromEntries(entries)
}

function withoutNewline(output: Buffer): string {
  return output.toString('utf8').replace(/\n$/, '')
}

function firstLine(text: string): string {
  return text.split('\n').find((line) => line !== '') ?? 'it gave no reason'
}
