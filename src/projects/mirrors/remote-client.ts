import { type AppError, invalid, unavailable } from '../../platform/errors.ts'
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

async function ask(
  { source, env, timeout, signal }: Remote,
  gitDirectory: string,
  args: readonly string[],
): Promise<CommandResult> {
  const { address, login, transport } = source
  const result = await askRemoteGit(gitDirectory, args, {
    address,
    login,
    // Plain HTTP only when it stands in the address, and never because a server sends us there.
    protocols: ['https', 'ssh', 'file', 'git', ...(transport === 'http' ? ['http'] : [])],
    env,
    timeout,
    signal,
  })
  if (result.exitCode === 0) return result
  throw refusal(source, result)
}

function refusal(source: Source, result: CommandResult): AppError {
  const { address, login } = source
  const stderr = createRedactor(Object.values(login ?? {})).redact(result.stderr)
  const { reason, next } = explainFailure(source, { stderr, timedOut: result.timedOut })
  return unavailable(`${address} could not be fetched: ${reason}`, { next })
}

/** @throws AppError `invalid` for a branch that a remote does not have */
export function checkBranch(listing: Listing, branch: string | undefined): void {
  if (branch === undefined || listing.refs.has(`refs/heads/${branch}`)) return
  const own = listing.branch === undefined ? '' : ` Its own is ${listing.branch}.`
  throw invalid(`the repository has no branch ${JSON.stringify(branch)}`, {
    next: `Name a branch that it has.${own}`,
  })
}
