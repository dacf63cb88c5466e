import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { invalid } from '../../platform/errors.ts'
import { nearest } from '../../platform/nearest.ts'
import { claim } from '../../platform/process/claim.ts'
import { refuseEscapingLinks } from './escaping-links-file.ts'
import { type RemoteGit, remoteGit } from './git-runner.ts'
import { parseRemoteAddress, type RemoteAddress } from './remote-address.ts'

export interface RemoteModuleRequest {
  /** `git::https://host/repository.git//path?ref=v1` */
  readonly address: string
  /** Where repositories and checkouts are kept for all workspaces of this machine. */
  readonly dataDirectory: string
  /** The environment of git. */
  readonly env: Readonly<Record<string, string>>
  /** What the address was resolved to before: taken instead of what its `ref` means now. */
  readonly commit?: string | undefined
  readonly signal?: AbortSignal
}

/** A root module of another repository, as it is at one commit. */
export interface RemoteModule {
  /** The same for the same address and commit, from run to run. */
  readonly directory: string
  readonly commit: string
}

/**
 * Fetches a root module, and checks its repository out once for each commit. A commit that is there
 * already is not asked for again. Submodules are left out.
 * @throws AppError `invalid` or `unavailable` with what to do; the signal's reason
 */
export async function fetchRemoteModule(request: RemoteModuleRequest): Promise<RemoteModule> {
  const { dataDirectory, env, signal } = request
  const address = parseRemoteAddress(request.address)
  const name = createHash('sha256').update(address.url).digest('hex').slice(0, 16)
  const home = path.join(dataDirectory, name)
  const wanted = request.commit ?? address.ref
  const known = isCommit(wanted) ? path.join(home, wanted) : undefined
  if (known !== undefined && (await isDirectory(known))) {
    return { directory: await moduleIn(known, address), commit: path.basename(known) }
  }
  const held = await claim(path.join(home, 'claims'), signal === undefined ? {} : { signal })
  try {
    await removeDrafts(home)
    const git = remoteGit(path.join(home, 'mirror'), address, env)
    const commit = await resolve(git, address, wanted)
    const checkout = path.join(home, commit)
    if (!(await isDirectory(checkout))) await checkOut(git, { home, commit, checkout, address })
    return { directory: await moduleIn(checkout, address), commit }
  } finally {
    await held.release()
  }
}

async function resolve(
  git: RemoteGit,
  address: RemoteAddress,
  wanted: string | undefined,
): Promise<string> {
  await git.run(['init', '--quiet', '--bare'])
  const find = async () => {
    const names =
      wanted === undefined
        ? ['refs/portolan/head']
        : [`refs/tags/${wanted}`, `refs/heads/${wanted}`, ...(isHash(wanted) ? [wanted] : [])]
    for (const name of names) {
      const revision = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]
      const found = await git.ask(revision)
      if (found !== undefined && isCommit(found)) return found
    }
    return undefined
  }
  const present = isCommit(wanted) ? await find() : undefined
  if (present !== undefined) return present
  const head = wanted === undefined ? ['+HEAD:refs/portolan/head'] : []
  const branches = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*', ...head]
  await git.run(['fetch', '--quiet', '--force', '--prune', '--no-tags', 'origin', ...branches])
  let found = await find()
  if (found === undefined && isCommit(wanted)) {
    // On no branch: some servers give it all the same.
    await git.ask(['fetch', '--quiet', '--no-tags', 'origin', wanted])
    found = await find()
  }
  if (found !== undefined) return found
  throw await unknownRef(git, address, wanted ?? 'HEAD')
}

async function unknownRef(git: RemoteGit, address: RemoteAddress, wanted: string) {
  const format = '--format=%(refname:lstrip=2)'
  const listed = (await git.ask(['for-each-ref', format, 'refs/tags', 'refs/heads'])) ?? ''
  const [first] = nearest(wanted, listed.split('\n'))
  return invalid(`${address.url} has no tag, branch or commit ${wanted}`, {
    next:
      first === undefined
        ? `See what there is: git ls-remote ${address.url}`
        : `Did you mean \`${first}\`?`,
  })
}

interface Checkout {
  readonly home: string
  readonly commit: string
  readonly checkout: string
  readonly address: RemoteAddress
}

/** All of the commit's files, and then the name: nobody ever sees a half of them. */
async function checkOut(
  git: RemoteGit,
  { home, commit, checkout, address }: Checkout,
): Promise<void> {
  const draft = path.join(home, `draft-${randomUUID()}`)
  const index = { GIT_INDEX_FILE: `${draft}.index` }
  await mkdir(draft, { mode: 0o700 })
  try {
    await git.run(['read-tree', commit], index)
    await git.run(
      ['--work-tree', draft, 'checkout-index', '--all', '--quiet', `--prefix=${draft}/`],
      index,
    )
    await refuseEscapingLinks(draft, address.shown)
    await rename(draft, checkout)
  } finally {
    await rm(draft, { recursive: true, force: true })
    await rm(index.GIT_INDEX_FILE, { force: true })
  }
}

/** What a process that was killed left. */
async function removeDrafts(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (name.startsWith('draft-')) await rm(path.join(home, name), { recursive: true, force: true })
  }
}

async function moduleIn(checkout: string, address: RemoteAddress): Promise<string> {
  const directory = path.join(checkout, address.path)
  if (await isDirectory(directory)) return directory
  throw invalid(`${address.url} has no directory ${address.path} at ${path.basename(checkout)}`, {
    next: 'Correct what stands behind // in the address, or its ref.',
  })
}

function isCommit(text: string | undefined): text is string {
  return text !== undefined && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{7,64}$/.test(text)
}

async function isDirectory(place: string): Promise<boolean> {
  return stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
