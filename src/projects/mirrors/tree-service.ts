import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { OwnRepository } from '../../platform/git/bare-git.ts'
import { removeDirectory } from '../../platform/process/remove-directory.ts'
import { keepCommit } from './commit-client.ts'
import {
  emptySubmodules,
  giveGit,
  makeBorrower,
  moveFiles,
  putFiles,
  removeTheRest,
} from './own-tree-client.ts'
import { type MirrorPlaces, mirrorOf, type TreePlaces, treeOf } from './places.ts'

export interface MoveRequest {
  readonly projectId: string
  readonly workspaceId: string
  readonly commit: string
  /** Whom the tree is for: `change-7`. What others left in it is removed. */
  readonly owner: string
}

export interface MovedTree {
  /** The same absolute path for a workspace always. */
  readonly root: string
  /** False when it stood there already: what its owner has built in it is still there. */
  readonly moved: boolean
}

const ASIDE = 'tree.old-'

const Marker = z.object({ commit: z.string(), owner: z.string() })

/**
 * Moves the working tree of a workspace to a commit. The caller holds the workspace's turn: of one
 * workspace nobody else moves the tree or works in it.
 * @throws AppError `not_found` when the mirror does not have the commit
 */
export async function moveTree(places: MirrorPlaces, request: MoveRequest): Promise<MovedTree> {
  const { projectId, workspaceId, commit, owner } = request
  const at = treeOf(places, workspaceId)
  const standing = await readMarker(at)
  if (standing?.commit === commit && standing.owner === owner && (await isThere(at.tree))) {
    return { root: at.tree, moved: false }
  }
  await keepCommit(places, projectId, commit)
  await rm(at.marker, { force: true })
  const origin = { mirror: mirrorOf(places, projectId), commit }
  const own = { gitDirectory: at.git, tree: at.tree, env: places.env }
  if (!(await moved(own, origin))) {
    await makeRoom(at, places)
    await mkdir(at.tree, { recursive: true, mode: 0o700 })
    await makeBorrower(at.git, origin)
    await putFiles(own, commit)
    await giveGit(own, origin)
  }
  await writeMarker(at, { commit, owner })
  return { root: at.tree, moved: true }
}

type Own = OwnRepository & { readonly tree: string }

/** Moves the tree that is there; false when it is none, or one that git cannot move. */
async function moved(
  own: Own,
  origin: { readonly mirror: string; readonly commit: string },
): Promise<boolean> {
  if (!(await isThere(path.join(own.gitDirectory, 'index'))) || !(await isThere(own.tree))) {
    return false
  }
  try {
    await removeTheRest(own)
    if (!(await moveFiles(own, origin.commit))) return false
    await Promise.all([emptySubmodules(own, origin.commit), giveGit(own, origin)])
    return true
  } catch {
    return false // As if there were none: then it is made anew, and what fails again is told.
  }
}

async function makeRoom({ directory, tree, git }: TreePlaces, { env }: MirrorPlaces) {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await rm(git, { recursive: true, force: true })
  // What runs in a tree may leave directories that nobody may write to: those are in nobody's way here.
  if (await isThere(tree)) await rename(tree, path.join(directory, `${ASIDE}${randomUUID()}`))
  for (const name of await readdir(directory)) {
    if (name.startsWith(ASIDE)) await removeDirectory(path.join(directory, name), env)
  }
}

async function readMarker({ marker }: TreePlaces) {
  try {
    return Marker.parse(JSON.parse(await readFile(marker, 'utf8')))
  } catch {
    return undefined // None, or half of one.
  }
}

async function writeMarker({ marker }: TreePlaces, content: z.infer<typeof Marker>) {
  const draft = `${marker}.new`
  await writeFile(draft, JSON.stringify(content), { mode: 0o600, flush: true })
  await rename(draft, marker)
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined
}
