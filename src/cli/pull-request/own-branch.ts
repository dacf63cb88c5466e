import path from 'node:path'
import { invalid, unavailable } from '../../platform/errors.ts'
import { askGit, entriesOf, failed, firstLine, type GitPlace } from '../../platform/git/git.ts'
import { askMainBranch } from '../../platform/git/main-branch.ts'
import { gitEnvironment } from '../../platform/process/git-environment.ts'
import { runCommand } from '../../platform/process/run-command.ts'
import { normaliseOrigin } from '../../projects/index.ts'

const PATIENCE = 15 * 60_000
const SHOWN = 5

/** @throws AppError `invalid` with what is not committed; what is new and was never added may be left out */
export async function demandCommitted(place: GitPlace): Promise<readonly string[]> {
  const listed = await askGit(place, ['status', '--porcelain', '-z', '--untracked-files=normal'])
  if (listed.exitCode !== 0) throw failed('look at the working tree', listed)
  const entries = entriesOf(listed)
  const changed = entries.filter((entry) => !entry.startsWith('?? ')).map((entry) => entry.slice(3))
  if (changed.length > 0) {
    throw invalid(`${shown(changed)} is not committed: a proposal is made of commits`, {
      next: "git commit -am 'feat: what it is for'   or put it aside: git stash",
    })
  }
  return entries.map((entry) => entry.slice(3))
}

export function shown(files: readonly string[]): string {
  const more = files.length > SHOWN ? ` and ${files.length - SHOWN} more` : ''
  return `${files.slice(0, SHOWN).join(', ')}${more}`
}

/** Where a clone's branches are pushed to; undefined: the server fetches from this very repository. */
export async function findRemote(
  place: GitPlace,
  source: string | undefined,
): Promise<string | undefined> {
  const listed = await askGit(place, ['config', '-z', '--get-regexp', '^remote\\..*\\.url$'])
  const remotes = entriesOf(listed).map((entry) => {
    const [name = '', ...url] = entry.split('\n')
    return { name: name.slice('remote.'.length, -'.url'.length), url: url.join('\n') }
  })
  const wanted = source === undefined ? undefined : normaliseOrigin(source, path.sep)
  const same = remotes.find(({ url }) => normaliseOrigin(url, path.sep) === wanted)
  if (same !== undefined) return same.name
  if (wanted === normaliseOrigin(place.root, path.sep)) return undefined
  const origin = remotes.find(({ name }) => name === 'origin') ?? remotes[0]
  if (origin !== undefined) return origin.name
  throw invalid('this repository has no remote to push to', {
    next: `git remote add origin ${source ?? 'ADDRESS'}`,
  })
}

/** The branch that others see as the main one, without the remote's name. */
export async function mainBranch(place: GitPlace): Promise<string> {
  const found = await askMainBranch(place)
  return found?.name.replace(/^(origin|upstream)\//, '') ?? 'main'
}

/** A new branch of where one is; nothing in the working tree changes. */
export async function switchTo(place: GitPlace, branch: string): Promise<void> {
  const switched = await askGit(place, ['switch', '--quiet', '--create', branch])
  if (switched.exitCode === 0) return
  const reason = switched.stderr.replace(/^fatal: /, '').trim()
  throw invalid(`the branch ${branch} cannot be made: ${reason}`, {
    next: 'Name another one: --branch NAME',
  })
}

/** @throws AppError `invalid` for what git does not take for a branch */
export async function checkBranch(place: GitPlace, branch: string): Promise<void> {
  const checked = await askGit(place, ['check-ref-format', `refs/heads/${branch}`])
  const isName = checked.exitCode === 0 && !/^[-/]|^refs\//.test(branch) && branch !== 'HEAD'
  if (isName) return
  throw invalid(`${JSON.stringify(branch)} is no name of a branch`, {
    next: 'Name it as git does: --branch bigger-database',
  })
}

/** A branch's name made of what a commit says: `feat: A bigger database` is `a-bigger-database`. */
export function branchFor(subject: string): string {
  const words = subject
    .replace(/^\w+(\([^)]*\))?!?: /, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '')
  return words === '' ? 'proposal' : words
}

export interface Said {
  readonly subject: string
  readonly body: string
}

/** What the commits of a branch say that its base lacks, the newest first; the newest alone where nobody knows. */
export async function whatIsSaid(place: GitPlace, base: string): Promise<readonly Said[]> {
  const format = '--format=%s%x00%b%x00'
  const known = await askGit(place, ['rev-parse', '--verify', '--quiet', `${base}^{commit}`])
  const range = known.exitCode === 0 ? ['--max-count=100', 'HEAD', `^${base}`] : ['-1', 'HEAD']
  const listed = await askGit(place, ['log', format, ...range, '--'])
  if (listed.exitCode !== 0) throw failed('read the history', listed)
  const fields = listed.stdout.toString('utf8').split('\0')
  const commits: Said[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [subject = '', body = ''] = fields.slice(at, at + 2)
    commits.push({ subject: subject.trim(), body: body.trim() })
  }
  return commits
}

/**
 * Pushes what is checked out, as the person does it: with their git, their credentials, their hooks.
 * @throws AppError `unavailable` with what git said
 */
export async function push(
  { root, env }: GitPlace,
  { remote, branch }: { readonly remote: string; readonly branch: string },
): Promise<void> {
  const args = ['-C', root, 'push', '--set-upstream', '--', remote, `HEAD:refs/heads/${branch}`]
  const { GIT_TERMINAL_PROMPT: _nobody, ...own } = gitEnvironment(env)
  const pushed = await runCommand('git', args, { env: own, timeout: PATIENCE })
  if (pushed.exitCode === 0) return
  const rejected = /\[rejected\]/.test(pushed.stderr)
  throw unavailable(`git could not push ${branch} to ${remote}: ${reasonIn(pushed.stderr)}`, {
    next: rejected
      ? `If it was rewritten on purpose: git push --force-with-lease ${remote} HEAD:${branch}   and once more portolan propose`
      : `Try it: git push ${remote} HEAD:refs/heads/${branch}`,
  })
}

function reasonIn(stderr: string): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\p{Cc}/gu, '').trim())
    .filter((line) => line !== '')
  const told =
    lines.find((line) => /\[(remote )?rejected\]|^(fatal|error): /.test(line)) ?? lines.at(-1)
  return told?.replace(/^(fatal|error): |^! */, '').slice(0, 300) ?? 'it gave no reason'
}

/** The commit that is checked out. */
export async function headCommit(place: GitPlace): Promise<string> {
  const found = firstLine(
    await askGit(place, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']),
  )
  if (found !== undefined) return found
  throw invalid('there is no commit yet', { next: "git add --all && git commit -m 'feat: first'" })
}
