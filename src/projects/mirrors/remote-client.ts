import { type AppError, conflict, invalid, unavailable } from '../../platform/errors.ts'
import { askRemoteGit } from '../../platform/git/remote-git.ts'
import type { CommandResult } from '../../platform/process/process.ts'
import { createRedactor } from '../../secrets/index.ts'
import { explainFailure } from './fetch-failure.ts'
import type { Source } from './source.ts'

/** A repository somewhere else, and how long it may take. */
export interface Remote {
  readonly source: Source
  /** The process environment. */
  readonly env: Readonly<Record<string, string>>
  /** Milliseconds for each time that it is asked. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

/** What a remote has. */
export interface Listing {
  /** Where its `HEAD` points; undefined without a commit there. */
  readonly head: string | undefined
  /** The branch that it calls its own. */
  readonly branch: string | undefined
  /** Branches and tags by their whole names. */
  readonly refs: ReadonlyMap<string, string>
}

/**
 * Asks what a remote has.
 * @throws AppError `unavailable`, with what to do about it
 */
export async function listRemote(remote: Remote): Promise<Listing> {
  const args = ['ls-remote', '--symref', '--', remote.source.address]
  const result = await ask(remote, '/dev/null', [...args, 'HEAD', 'refs/heads/*', 'refs/tags/*'])
  const refs = new Map<string, string>()
  let head: string | undefined
  let branch: string | undefined
  for (const line of result.stdout.toString('utf8').split('\n')) {
    const [value = '', name = ''] = line.split('\t')
    if (name === 'HEAD' && value.startsWith('ref: '))
      branch = value.slice('ref: refs/heads/'.length)
    else if (name === 'HEAD') head = value
    else if (/^refs\/(heads|tags)\//.test(name) && !name.endsWith('^{}')) refs.set(name, value)
  }
  return { head, branch, refs }
}

/**
 * Brings branches, tags and the head of a remote to a repository; what is gone there goes here.
 * @throws AppError `unavailable`, with what to do about it
 */
export async function fetchRemote(
  gitDirectory: string,
  remote: Remote,
  { hasHead }: { readonly hasHead: boolean },
): Promise<void> {
  const what = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
  await ask(remote, gitDirectory, [
    'fetch',
    '--quiet',
    '--force',
    '--prune',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
    '--',
    remote.source.address,
    ...what,
    ...(hasHead ? ['+HEAD:refs/portolan/head'] : []),
  ])
}

/**
 * Moves a branch of a remote, if it is still where it was.
 * @throws AppError `conflict` when it moved or the remote refuses, `unavailable`, with what to do about it
 */
export async function pushBranch(
  gitDirectory: string,
  remote: Remote,
  { branch, from, to }: { readonly branch: string; readonly from: string; readonly to: string },
): Promise<void> {
  const ref = `refs/heads/${branch}`
  const plain = ['--no-verify', '--no-signed', '--no-follow-tags', '--recurse-submodules=no']
  const lease = `--force-with-lease=${ref}:${from}`
  const args = ['push', '--porcelain', ...plain, lease, '--', remote.source.address, `${to}:${ref}`]
  const result = await run(remote, gitDirectory, args)
  if (result.exitCode === 0) return
  const refused = /^!\t[^\t]*\t\[[^\]]*\] \((.*)\)$/m.exec(result.stdout.toString('utf8'))?.[1]
  if (refused !== undefined) {
    const said = /hook declined/.test(refused) ? saidBy(result) : []
    throw pushRefusal(remote.source, branch, [refused, ...said])
  }
  throw refusal(remote.source, result, 'could not be pushed to')
}

const moved =
  /stale info|fetch first|non-fast-forward|cannot lock ref|incorrect old value|failed to update ref/

/** What its hooks said. */
function saidBy({ stderr }: CommandResult): string[] {
  return [...stderr.matchAll(/^remote: (?!error: )(.*\S)/gm)]
    .slice(0, 3)
    .map(([, said = '']) => said)
}

function pushRefusal({ address }: Source, branch: string, refused: readonly string[]): AppError {
  if (moved.test(refused[0] ?? '')) {
    return conflict(`${branch} moved meanwhile`, { next: 'Try it again.' })
  }
  const reason = refused
    .join(': ')
    .replace(/\p{Cc}/gu, '')
    .slice(0, 300)
  return conflict(`${address} refuses what is pushed to ${branch}: ${reason}`, {
    next: nextOf(address, branch, reason),
  })
}

function nextOf(address: string, branch: string, reason: string): string {
  if (/currently checked out/.test(reason)) {
    return `Somebody works in that directory. Have it follow what is pushed: git -C ${address} config receive.denyCurrentBranch updateInstead`
  }
  if (/unstaged changes|staged changes|untracked|working tree|could not update/i.test(reason)) {
    return `Commit or put aside what is not committed in ${address}.`
  }
  return `See what its settings and hooks ask of ${branch}, or merge it by hand.`
}

/** A ref there, and what it is called here. */
export interface RefPair {
  readonly from: string
  readonly to: string
}

/**
 * Brings single refs; nothing else of a repository changes.
 * @throws AppError `unavailable`, with what to do about it; also when one of them is not there
 */
export async function fetchRefs(
  gitDirectory: string,
  remote: Remote,
  refs: readonly RefPair[],
): Promise<void> {
  await ask(remote, gitDirectory, [
    'fetch',
    '--quiet',
    '--force',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
    '--',
    remote.source.address,
    ...refs.map(({ from, to }) => `+${from}:${to}`),
  ])
}

async function ask(
  remote: Remote,
  gitDirectory: string,
  args: readonly string[],
): Promise<CommandResult> {
  const result = await run(remote, gitDirectory, args)
  if (result.exitCode === 0) return result
  throw refusal(remote.source, result, 'could not be fetched')
}

function run(
  { source, env, timeout, signal }: Remote,
  gitDirectory: string,
  args: readonly string[],
): Promise<CommandResult> {
  const { address, login, transport } = source
  return askRemoteGit(gitDirectory, args, {
    address,
    login,
    // Plain HTTP only when it stands in the address, and never because a server sends us there.
    protocols: ['https', 'ssh', 'file', 'git', ...(transport === 'http' ? ['http'] : [])],
    env,
    timeout,
    signal,
  })
}

function refusal(source: Source, result: CommandResult, what: string): AppError {
  const { address, login } = source
  const stderr = createRedactor(Object.values(login ?? {})).redact(result.stderr)
  const { reason, next } = explainFailure(source, { stderr, timedOut: result.timedOut })
  return unavailable(`${address} ${what}: ${reason}`, { next })
}

/** @throws AppError `invalid` for a branch that a remote does not have */
export function checkBranch(listing: Listing, branch: string | undefined): void {
  if (branch === undefined || listing.refs.has(`refs/heads/${branch}`)) return
  const own = listing.branch === undefined ? '' : ` Its own is ${listing.branch}.`
  throw invalid(`the repository has no branch ${JSON.stringify(branch)}`, {
    next: `Name a branch that it has.${own}`,
  })
}
