import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, stat } from 'node:fs/promises'
import path from 'node:path'
import { askOwnGit, type OwnRepository } from '../../platform/git/bare-git.ts'
import { failed } from '../../platform/git/git.ts'
import { claim } from '../../platform/process/claim.ts'
import { removeDirectory } from '../../platform/process/remove-directory.ts'
import { type MirrorPlaces, mirrorOf } from './places.ts'
import {
  fetchRefs,
  fetchRemote,
  type Listing,
  listRemote,
  type RefPair,
  type Remote,
} from './remote-client.ts'
import { type Login, type Source, withLogin } from './source.ts'

export interface FetchOptions {
  readonly signal?: AbortSignal | undefined
  /** Milliseconds; of each of the two times that the remote is asked. */
  readonly timeout?: number
  /** For an https address that has no login of its own. */
  readonly login?: Login | undefined
}

const PATIENCE = 15 * 60_000
const LOOSE_OBJECTS = 2000

/** What nobody refers to may still be in use by whoever has just sent it. */
const PRUNE_AFTER = '2.weeks.ago'

/**
 * Brings the mirror of a project up to date, and makes it when there is none: a mirror that has its
 * name is whole. One process at a time does it.
 * @throws AppError `unavailable` with why and what to do, the signal's reason
 */
export async function fetchMirror(
  places: MirrorPlaces,
  projectId: string,
  source: Source,
  { signal, timeout = PATIENCE, login }: FetchOptions = {},
): Promise<void> {
  const remote: Remote = { source: withLogin(source, login), env: places.env, timeout, signal }
  const mirror = mirrorOf(places, projectId)
  const held = await claim(`${mirror}.claims`, signal === undefined ? {} : { signal })
  try {
    const listing = await listRemote(remote)
    if (!(await isThere(mirror))) return await makeMirror(places, mirror, { remote, listing })
    const own = { gitDirectory: mirror, env: places.env }
    if (sameRefs(await refsOf(own), listing)) return
    await bring(own, { remote, listing })
    await tidy(own)
  } finally {
    await held.release()
  }
}

/**
 * Brings single refs of a project's repository to its mirror, which may be made for it.
 * @throws AppError as above, also when one of them is not there
 */
export async function bringRefs(
  places: MirrorPlaces,
  projectId: string,
  source: Source,
  { refs, ...options }: FetchOptions & { readonly refs: readonly RefPair[] },
): Promise<void> {
  const { signal, timeout = PATIENCE, login } = options
  const mirror = mirrorOf(places, projectId)
  if (!(await isThere(mirror))) {
    await fetchMirror(places, projectId, source, options)
  }
  const held = await claim(`${mirror}.claims`, signal === undefined ? {} : { signal })
  try {
    const own = withLogin(source, login)
    await fetchRefs(mirror, { source: own, env: places.env, timeout, signal }, refs)
  } finally {
    await held.release()
  }
}

interface Incoming {
  readonly remote: Remote
  readonly listing: Listing
}

async function makeMirror(places: MirrorPlaces, mirror: string, incoming: Incoming): Promise<void> {
  const parent = path.dirname(mirror)
  const drafts = `${path.basename(mirror)}.new-`
  for (const name of await readdir(parent)) {
    if (name.startsWith(drafts)) await removeDirectory(path.join(parent, name), places.env)
  }
  const draft = path.join(parent, `${drafts}${randomUUID()}`)
  try {
    await mkdir(draft, { recursive: true, mode: 0o700 })
    const own = { gitDirectory: draft, env: places.env }
    const [someRef = ''] = incoming.listing.refs.values()
    const format = someRef.length === 64 ? 'sha256' : 'sha1'
    const made = ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`]
    await mustDo(own, 'make a mirror', made)
    await bring(own, incoming)
    await rename(draft, mirror)
  } catch (error) {
    await removeDirectory(draft, places.env)
    throw error
  }
}

async function bring(own: OwnRepository, { remote, listing }: Incoming): Promise<void> {
  const { head, branch } = listing
  await fetchRemote(own.gitDirectory, remote, { hasHead: head !== undefined })
  if (head === undefined) await askOwnGit(own, ['update-ref', '-d', 'refs/portolan/head'])
  if (branch !== undefined) {
    await mustDo(own, 'name the main branch', ['symbolic-ref', 'HEAD', `refs/heads/${branch}`])
  }
}

/** What a mirror has, as a remote would list it. */
export async function refsOf(own: OwnRepository): Promise<Listing> {
  const format = '--format=%(objectname) %(refname)'
  const listed = await mustDo(own, 'list what a mirror has', [
    'for-each-ref',
    format,
    'refs/heads',
    'refs/tags',
    'refs/portolan/head',
  ])
  const refs = new Map<string, string>()
  for (const line of listed.split('\n').filter((one) => one !== '')) {
    const at = line.indexOf(' ')
    refs.set(line.slice(at + 1), line.slice(0, at))
  }
  const head = refs.get('refs/portolan/head')
  refs.delete('refs/portolan/head')
  const symbolic = await askOwnGit(own, ['symbolic-ref', '--quiet', 'HEAD'])
  const branch = symbolic.stdout
    .toString('utf8')
    .trim()
    .replace(/^refs\/heads\//, '')
  return { head, branch: branch === '' ? undefined : branch, refs }
}

function sameRefs(ours: Listing, theirs: Listing): boolean {
  if (ours.head !== theirs.head || ours.refs.size !== theirs.refs.size) return false
  if (theirs.branch !== undefined && ours.branch !== theirs.branch) return false
  return [...theirs.refs].every(([name, value]) => ours.refs.get(name) === value)
}

/** Packs what has gathered, now and then. Commits that were ever worked with are kept by a ref. */
async function tidy(own: OwnRepository): Promise<void> {
  const settings = [
    `gc.auto=${LOOSE_OBJECTS}`,
    `gc.pruneExpire=${PRUNE_AFTER}`,
    'gc.autoDetach=false',
  ]
  // It fails when it does; the next time will do.
  await askOwnGit(own, [...settings.flatMap((one) => ['-c', one]), 'gc', '--auto', '--quiet'])
}

async function mustDo(own: OwnRepository, what: string, args: readonly string[]): Promise<string> {
  const result = await askOwnGit(own, args)
  if (result.exitCode === 0) return result.stdout.toString('utf8')
  throw failed(what, result)
}

async function isThere(directory: string): Promise<boolean> {
  return (await stat(directory).catch(() => undefined)) !== undefined
}
