import { randomUUID } from 'node:crypto'
import { readdirSync, renameSync, statSync, utimesSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import path from 'node:path'
import { codeOf } from '../../platform/errors.ts'
import type { OwnRepository } from '../../platform/git/bare-git.ts'
import { removeDirectory } from '../../platform/process/remove-directory.ts'
import { keepCommit } from './commit-client.ts'
import { cutLinks, makeBorrower, moveFiles, putFiles } from './own-tree-client.ts'
import { commitsOf, isCommitId, type MirrorPlaces, mirrorOf } from './places.ts'

export interface CheckoutLimits {
  /** Checkouts of a project that are kept at least. */
  readonly keep: number
  /** Milliseconds after its last use in which none is removed. */
  readonly rest: number
}

const usual: CheckoutLimits = { keep: 20, rest: 3_600_000 }

const making = new Map<string, Promise<string>>()

/** A whole checkout that nobody has opened: the next one is made of it, by what differs. */
const SPARE = 'spare'

/** The newest commits that were checked out here, of projects that may have no spare. */
const lacking = new Map<string, Wanted>()

/** Spares that this process is making: waiting for one is shorter than making a checkout beside it. */
const sparing = new Map<string, Promise<void>>()

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

async function make(places: MirrorPlaces, wanted: Wanted): Promise<string> {
  const { projectId, commit, root } = wanted
  await keepCommit(places, projectId, commit)
  await put(places, root, async (draft) => {
    const own = ownIn(draft, places)
    if (!(await movedSpare(own, wanted))) await fill(places, wanted, own)
    touched(draft)
  })
  // Another process may have been faster, with the same files.
  touched(root)
  lacking.set(path.dirname(root), wanted)
  return root
}

/**
 * Makes what the next checkouts are made of, for projects of which this process has checked out
 * something there: most files are written while nobody waits for them.
 */
export async function makeSpares(places: MirrorPlaces): Promise<void> {
  for (const [directory, wanted] of lacking) {
    if (directory !== commitsOf(places, wanted.projectId)) continue
    lacking.delete(directory)
    const root = path.join(directory, SPARE)
    if (statSync(root, { throwIfNoEntry: false }) !== undefined) continue
    const made = put(places, root, (draft) => fill(places, wanted, ownIn(draft, places)))
    const settled = made.catch(() => undefined)
    sparing.set(directory, settled)
    await made.finally(() => sparing.delete(directory))
  }
}

type Own = OwnRepository & { readonly tree: string }

function ownIn(draft: string, { env }: MirrorPlaces): Own {
  return { gitDirectory: path.join(draft, '.git'), tree: draft, env }
}

/** What has the name is whole; who comes second gives way. */
async function put(
  { env }: MirrorPlaces,
  root: string,
  prepare: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = path.join(path.dirname(root), `new-${randomUUID()}`)
  try {
    await prepare(draft)
    await rename(draft, root)
  } catch (error) {
    await removeDirectory(draft, env)
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error
  }
}

async function fill(places: MirrorPlaces, { projectId, commit }: Wanted, own: Own): Promise<void> {
  await mkdir(own.tree, { recursive: true, mode: 0o700 })
  await makeBorrower(own.gitDirectory, { mirror: mirrorOf(places, projectId), commit })
  await putFiles(own, commit)
  await cutLinks(own, commit)
}

/** Makes the checkout of the spare; false when there is none, or one that git cannot move. */
async function movedSpare(own: Own, { commit, root }: Wanted): Promise<boolean> {
  await sparing.get(path.dirname(root))
  const spare = path.join(path.dirname(root), SPARE)
  // It may have waited for long: under another name it would pass for what was never finished.
  touched(spare)
  try {
    // Who has it under this name has it alone.
    await rename(spare, own.tree)
  } catch {
    return false
  }
  try {
    if (await moveFiles(own, commit)) {
      await cutLinks(own, commit)
      return true
    }
  } catch {
    // As if there were none: what fails again is told.
  }
  await removeDirectory(own.tree, own.env)
  return false
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
  const rests = found.filter(({ name }) => !isCommitId(name) && name !== SPARE)
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
