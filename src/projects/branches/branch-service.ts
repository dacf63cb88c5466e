import { conflict, invalid } from '../../platform/errors.ts'
import { askOwnGit, type OwnRepository } from '../../platform/git/bare-git.ts'
import { failed, firstLine } from '../../platform/git/git.ts'
import { fetchMirror } from '../mirrors/fetch-service.ts'
import { mergeCommits } from '../mirrors/merge-client.ts'
import { openMirror } from '../mirrors/mirror-client.ts'
import type { MirrorPlaces } from '../mirrors/places.ts'
import { headOf } from '../mirrors/ref-client.ts'
import { pushBranch, type Remote } from '../mirrors/remote-client.ts'
import { openSource, type RepositoryDeps } from '../mirrors/source-service.ts'
import { one } from '../mirrors/view-service.ts'
import {
  besideOf,
  commitsBeyond,
  isAncestor,
  makeCommit,
  type Signature,
  treeOf,
} from './merge-client.ts'

/** The branches of a project's repository, as its mirror has them and as they are there. */
export interface BranchService {
  /** Brings the mirror up to date. @throws AppError `unavailable` */
  refresh(projectId: string): Promise<void>
  /** Where a branch is; undefined when there is none. @throws AppError `invalid` for what can be no name */
  tip(projectId: string, branch: string): Promise<string | undefined>
  /** The branch that says what should be deployed. */
  main(projectId: string): Promise<string | undefined>
  /** Whether a commit is in the history of another one. */
  isIn(projectId: string, commit: string, descendant: string): Promise<boolean>
  /** Files that a head and a base changed in other ways; none: it merges. */
  conflicts(projectId: string, base: string, head: string): Promise<readonly string[]>
  /** The commit that brought another one to a branch: the first of the branch's own history that has it. */
  broughtBy(projectId: string, commit: string, tip: string): Promise<string>
  /** Keeps a commit in the mirror, under a name, whatever becomes of its branch. */
  keep(projectId: string, name: string, commit: string): Promise<void>
  /** Makes a merge that no branch has yet. @throws AppError `conflict` with the files */
  merge(projectId: string, merge: Merge): Promise<string>
  /**
   * Moves a branch of the repository itself, if it is still where it was.
   * @throws AppError `conflict` when it moved, or the repository refuses, in its words; `unavailable`
   */
  push(projectId: string, push: Push): Promise<void>
}

export interface Merge {
  readonly base: string
  readonly head: string
  readonly method: 'merge' | 'squash' | 'rebase'
  /** Of the merge or of the one commit; a rebase keeps those of its commits. */
  readonly message: string
  readonly author: Signature
}

export interface Push {
  readonly branch: string
  readonly from: string
  readonly to: string
}

const PATIENCE = 5 * 60_000

export function createBranchService({ db, places, seal }: RepositoryDeps): BranchService {
  const mirror = (projectId: string) => openMirror(places, projectId)
  const sourceOf = async (id: string) => openSource({ seal }, await one(db, { id }))
  return {
    refresh: async (id) => fetchMirror(places, id, await sourceOf(id)),
    tip: async (id, branch) => tipOf(mirror(id), branch),
    async main(id) {
      const { branch } = await one(db, { id })
      return branch ?? (await headOf(places, id, undefined))?.branch
    },
    isIn: async (id, commit, descendant) => isAncestor(mirror(id), commit, descendant),
    async conflicts(id, base, head) {
      return (await mergeCommits(places, id, { base, head })).conflicts ?? []
    },
    broughtBy: async (id, commit, tip) => broughtBy(mirror(id), commit, tip),
    async keep(id, name, commit) {
      const kept = await askOwnGit(mirror(id), ['update-ref', `refs/portolan/${name}`, commit])
      if (kept.exitCode !== 0) throw failed(`keep ${commit}`, kept)
    },
    merge: (id, merge) => makeMerge({ places, projectId: id, own: mirror(id) }, merge),
    async push(id, push) {
      const remote: Remote = { source: await sourceOf(id), env: places.env, timeout: PATIENCE }
      await pushBranch(mirror(id).gitDirectory, remote, push)
    },
  }
}

/** What git takes for a branch, and no program for an option. */
function checkBranchName(branch: string): void {
  const isName =
    /^(?![-/.]|refs\/)[^\p{Cc}\s~^:?*[\\]{1,250}$/u.test(branch) &&
    !/\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|[/.]$/.test(branch) &&
    branch !== '@' &&
    branch !== 'HEAD'
  if (isName) return
  throw invalid(`${JSON.stringify(branch)} is no name of a branch`, {
    next: 'Name it as git does, without refs/heads/: git check-ref-format --branch NAME',
  })
}

async function tipOf(own: OwnRepository, branch: string): Promise<string | undefined> {
  checkBranchName(branch)
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options']
  const result = await askOwnGit(own, [...args, `refs/heads/${branch}^{commit}`])
  return result.exitCode === 0 ? firstLine(result) : undefined
}

async function broughtBy(own: OwnRepository, commit: string, tip: string): Promise<string> {
  const args = ['rev-list', '--first-parent', '--ancestry-path', '--reverse', `${commit}..${tip}`]
  const result = await askOwnGit(own, args)
  if (result.exitCode !== 0) throw failed(`look for what merged ${commit}`, result)
  return firstLine(result) ?? commit
}

interface Mirror {
  readonly places: MirrorPlaces
  readonly projectId: string
  readonly own: OwnRepository
}

async function makeMerge(mirror: Mirror, merge: Merge): Promise<string> {
  const { base, head, method, message, author } = merge
  const merged = await mergedTree(mirror, base, head)
  if (merged.tree === undefined) throw inConflict(merged.conflicts)
  const { tree } = merged
  if (method === 'rebase') return rebase(mirror, merge, tree)
  const parents = method === 'squash' ? [base] : [base, head]
  return makeCommit(mirror.own, { tree, parents, message, author, committer: author })
}

type MergedTree =
  | { readonly tree: string; readonly conflicts?: undefined }
  | { readonly tree?: undefined; readonly conflicts: readonly string[] }

async function mergedTree(
  { places, projectId, own }: Mirror,
  base: string,
  head: string,
): Promise<MergedTree> {
  const { commit, conflicts } = await mergeCommits(places, projectId, { base, head })
  return commit === undefined ? { conflicts } : { tree: await treeOf(own, commit) }
}

/** Each commit anew on the base. What comes out is what was planned, or nothing is done. */
async function rebase(
  mirror: Mirror,
  { base, head, author: committer }: Merge,
  planned: string,
): Promise<string> {
  const { own } = mirror
  if (await isAncestor(own, base, head)) return head
  let tip = base
  for (const replayed of await commitsBeyond(own, base, head)) {
    const beside = await besideOf(own, tip, replayed, committer)
    const { tree, conflicts } = await mergedTree(mirror, beside, replayed.commit)
    if (tree === undefined) throw notRebased(conflicts)
    // The base has it already.
    if (tree === (await treeOf(own, tip))) continue
    const { message, author } = replayed
    tip = await makeCommit(own, { tree, parents: [tip], message, author, committer })
  }
  if ((await treeOf(own, tip)) !== planned) throw notRebased([])
  return tip
}

function inConflict(files: readonly string[]) {
  return conflict(`both sides changed ${shown(files)}`, {
    next: 'Merge or rebase the branch by hand, and push it.',
    details: { files },
  })
}

function notRebased(files: readonly string[]) {
  const why =
    files.length === 0 ? 'would give other files than merging' : `fails in ${shown(files)}`
  return conflict(`rebasing its commits one by one ${why}`, {
    next: 'Merge it with another method: merge or squash.',
    details: { files },
  })
}

function shown(files: readonly string[]): string {
  const [first = 'nothing', ...more] = files
  return more.length === 0 ? first : `${first} and ${more.length} more`
}
