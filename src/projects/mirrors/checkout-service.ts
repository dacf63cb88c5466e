import { randomUUID } from 'node:crypto'
import { readdirSync, renameSync, statSync, utimesSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import path from 'node:path'
import { codeOf } from '../../platform/errors.ts'
import { removeDirectory } from '../../platform/process/remove-directory.ts'
import { keepCommit } from './commit-client.ts'
import { cutLinks, makeBorrower, putFiles } from './own-tree-client.ts'
import { commitsOf, isCommitId, type MirrorPlaces, mirrorOf } from './places.ts'

export interface CheckoutLimits {
  /** Checkouts of a project that are kept at least. */
  readonly keep: number
  /** Milliseconds after its last use in which none is removed. */
  readonly rest: number
}

const usual: CheckoutLimits = { keep: 20, rest: 3_600_000 }

const making = new Map<string, Promise<string>>()

/**
 * The root of a checkout of a commit, made when it is first asked for and shared by all who ask: nobody
 * may write there. Links that lead out of it are not in it. It stays for an hour after it was last opened.
 * @throws AppError `not_found` when the mirror does not have the commit
 */
export async function openCommit(
  places: MirrorPlaces,
  projectId: string,
  commit: string,
  limits: CheckoutLimits = usual,
): Promise<string> {
  const root = path.join(commitsOf(places, projectId), commit)
  if (isCommitId(commit) && touched(root)) return root
  const made = making.get(root) ?? make(places, { projectId, commit, root })
  making.set(root, made)
  try {
    await made
  } finally {
    making.delete(root)
  }
  await forgetOld(places, projectId, limits)
  return root
}

/** In one step, so that none is removed between being found and being marked as used. */
function touched(root: string): boolean {
  try {
    const now = new Date()
    utimesSync(root, now, now)
    return true
  } catch {
    return false
  }
}

interface Wanted {
  readonly projectId: string
  readonly commit: string
  readonly root: string
}

async function make(places: MirrorPlaces, { projectId, commit, root }: Wanted): Promise<string> {
  await keepCommit(places, projectId, commit)
  const draft = path.join(path.dirname(root), `new-${randomUUID()}`)
  try {
    await mkdir(draft, { recursive: true, mode: 0o700 })
    const gitDirectory = path.join(draft, '.git')
    await makeBorrower(gitDirectory, { mirror: mirrorOf(places, projectId), commit })
    const own = { gitDirectory, tree: draft, env: places.env }
    await putFiles(own, commit)
    await cutLinks(own)
    touched(draft)
    await rename(draft, root)
  } catch (error) {
    await removeDirectory(draft, places.env)
    // Another process was faster, with the same files.
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error
    touched(root)
  }
  return root
}

/** Removes what was not used for longest, and what was never finished. */
async function forgetOld(places: MirrorPlaces, projectId: string, { keep, rest }: CheckoutLimits) {
  const directory = commitsOf(places, projectId)
  const before = Date.now() - rest
  const found = readdirSync(directory).flatMap((name) => {
    const used = statSync(path.join(directory, name), { throwIfNoEntry: false })?.mtimeMs
    return used === undefined ? [] : [{ name, used }]
  })
  const whole = found.filter(({ name }) => isCommitId(name)).sort((a, b) => b.used - a.used)
  const rests = found.filter(({ name }) => !isCommitId(name))
  for (const { name } of [...whole.slice(keep), ...rests].filter(({ used }) => used < before)) {
    await remove(path.join(directory, name), before, places)
  }
}

async function remove(root: string, before: number, { env }: MirrorPlaces): Promise<void> {
  const aside = path.join(path.dirname(root), `old-${randomUUID()}`)
  // In one step with looking at it again: it may have been opened while another one was removed.
  const used = statSync(root, { throwIfNoEntry: false })?.mtimeMs
  if (used === undefined || used >= before) return
  renameSync(root, aside)
  await removeDirectory(aside, env)
}
