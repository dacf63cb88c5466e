import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, stat } from 'node:fs/promises'
import path from 'node:path'
import { conflict, invalid, tooLarge } from '../../platform/errors.ts'
import { askOwnGit, type OwnRepository } from '../../platform/git/bare-git.ts'
import { failed, firstLine } from '../../platform/git/git.ts'
import type { CommandResult } from '../../platform/process/process.ts'
import { removeDirectory } from '../../platform/process/remove-directory.ts'
import { openMirror } from './mirror-client.ts'
import { isCommitId, type MirrorPlaces } from './places.ts'

const MIB = 1024 * 1024

/** Bytes of a bundle: what a working tree differs by from what was pushed. */
const LARGEST = 256 * MIB
const FORGOTTEN_MILLISECONDS = 24 * 3_600_000

/**
 * Takes the one commit of a git bundle into the mirror, with what came before it and is new. Nothing of
 * it is in the mirror before all of it was looked at, and of its refs none is taken.
 * @returns the commit
 * @throws AppError `invalid`, `too_large`, `conflict` when it builds on commits that are not here
 */
export async function receiveBundle(
  places: MirrorPlaces,
  projectId: string,
  content: AsyncIterable<Uint8Array>,
  largest = LARGEST,
): Promise<string> {
  const own = openMirror(places, projectId)
  const uploads = path.join(places.dataDirectory, 'uploads')
  await removeForgotten(uploads, places)
  const directory = path.join(uploads, randomUUID())
  const quarantine = path.join(directory, 'objects')
  await mkdir(quarantine, { recursive: true, mode: 0o700 })
  try {
    const file = path.join(directory, 'bundle')
    await save(content, file, largest)
    const commit = await tipOf(own, file)
    await unpack(own, { file, quarantine, commit })
    await takeOver(quarantine, own)
    const kept = await askOwnGit(own, ['update-ref', `refs/portolan/uploads/${commit}`, commit])
    if (kept.exitCode !== 0) throw failed('keep the commit of the bundle', kept)
    return commit
  } finally {
    await removeDirectory(directory, places.env)
  }
}

/** What a server left that was killed on the way. */
async function removeForgotten(uploads: string, { env }: MirrorPlaces): Promise<void> {
  const before = Date.now() - FORGOTTEN_MILLISECONDS
  for (const name of await readdir(uploads).catch(() => [])) {
    const found = await stat(path.join(uploads, name)).catch(() => undefined)
    if (found !== undefined && found.mtimeMs < before) {
      await removeDirectory(path.join(uploads, name), env)
    }
  }
}

async function save(
  content: AsyncIterable<Uint8Array>,
  file: string,
  largest: number,
): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    let size = 0
    for await (const chunk of arriving(content)) {
      size += chunk.length
      if (size > largest) {
        throw tooLarge(`the bundle is larger than ${Math.floor(largest / MIB)} MiB`, {
          next: 'Push the branch to the repository that the project is fetched from, and plan what is pushed.',
        })
      }
      await handle.writeFile(chunk)
    }
  } finally {
    await handle.close()
  }
}

async function* arriving(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* content
  } catch (error) {
    throw invalid('the bundle did not arrive whole', {
      cause: error,
      next: 'Nothing was stored. Send it again.',
    })
  }
}

async function tipOf(own: OwnRepository, file: string): Promise<string> {
  const listed = await askOwnGit(own, ['bundle', 'list-heads', file])
  if (listed.exitCode !== 0) throw wrong('what was sent is no git bundle', listed)
  const tips = listed.stdout
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
  const [commit = ''] = tips[0]?.split(' ') ?? []
  if (tips.length !== 1 || !isCommitId(commit)) {
    throw wrong(`the bundle has ${tips.length} tips instead of one`)
  }
  const verified = await askOwnGit(own, ['bundle', 'verify', file])
  if (verified.exitCode === 0) return commit
  if (!/prerequisite/i.test(verified.stderr)) throw wrong('the bundle is broken', verified)
  throw conflict('the bundle builds on commits that this server does not have', {
    next: 'Fetch the project (portolan project fetch NAME), and send what is missing since.',
  })
}

interface Unpacking {
  readonly file: string
  readonly quarantine: string
  readonly commit: string
}

async function unpack(own: OwnRepository, { file, quarantine, commit }: Unpacking): Promise<void> {
  const variables = {
    GIT_OBJECT_DIRECTORY: quarantine,
    // Quoted, as a colon would separate two of them.
    GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(path.join(own.gitDirectory, 'objects')),
  }
  const unpacked = await askOwnGit(own, ['bundle', 'unbundle', file], { variables })
  if (unpacked.exitCode !== 0) throw wrong('the bundle cannot be unpacked', unpacked)
  const type = await askOwnGit(own, ['cat-file', '-t', commit], { variables })
  if (firstLine(type) !== 'commit') throw wrong('the tip of the bundle is no commit')
  const walk = ['rev-list', '--objects', '--quiet', commit, '--not', '--all']
  const whole = await askOwnGit(own, walk, { variables })
  if (whole.exitCode !== 0) throw wrong('the bundle is not complete', whole)
}

/** A pack is found by its index: that goes last. */
async function takeOver(quarantine: string, { gitDirectory }: OwnRepository): Promise<void> {
  const from = path.join(quarantine, 'pack')
  const to = path.join(gitDirectory, 'objects', 'pack')
  await mkdir(to, { recursive: true })
  const names = await readdir(from).catch(() => [])
  const rank = (name: string) => (name.endsWith('.idx') ? 1 : 0)
  for (const name of names.sort((a, b) => rank(a) - rank(b))) {
    if (/^pack-[0-9a-f]+\.(pack|idx|rev)$/.test(name)) {
      await rename(path.join(from, name), path.join(to, name))
    }
  }
}

function wrong(what: string, result?: CommandResult) {
  const [reason] = (result?.stderr ?? '').split('\n').filter((line) => line !== '')
  return invalid(reason === undefined ? what : `${what}: ${reason.replace(/\p{Cc}/gu, '')}`, {
    next: 'Make it with: git bundle create FILE BRANCH --not COMMITS-THAT-ARE-THERE',
  })
}
