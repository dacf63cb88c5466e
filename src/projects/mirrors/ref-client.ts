import { invalid, notFound, unavailable } from '../../platform/errors.ts'
import { askOwnGit } from '../../platform/git/bare-git.ts'
import { failed, firstLine } from '../../platform/git/git.ts'
import { refsOf } from './fetch-service.ts'
import { openMirror } from './mirror-client.ts'
import { isCommitId, type MirrorPlaces } from './places.ts'

/** Where a branch of a project stands. */
export interface Head {
  readonly commit: string
  readonly subject: string
  /** Undefined where the repository's `HEAD` is on no branch. */
  readonly branch: string | undefined
}

/** Where the branch of a project stands; undefined while there is no commit. */
export async function headOf(
  places: MirrorPlaces,
  projectId: string,
  branch: string | undefined,
): Promise<Head | undefined> {
  const own = openMirror(places, projectId)
  const { head, branch: main, refs } = await refsOf(own)
  const commit = branch === undefined ? head : refs.get(`refs/heads/${branch}`)
  if (branch !== undefined && commit === undefined) {
    throw unavailable(`the repository has no branch ${JSON.stringify(branch)} any more`, {
      next: 'Give the project another branch: portolan project edit NAME --branch BRANCH',
    })
  }
  if (commit === undefined) return undefined
  const result = await askOwnGit(own, ['log', '-1', '--format=%H%x00%s', commit, '--'])
  if (result.exitCode !== 0) throw failed(`read the commit ${commit}`, result)
  const [hash = commit, subject = ''] = result.stdout.toString('utf8').trimEnd().split('\0')
  return { commit: hash, subject, branch: branch ?? main }
}

/** What the branch of a project is called: the one that was chosen, or the repository's own. */
export async function branchOf(
  places: MirrorPlaces,
  projectId: string,
  chosen: string | undefined,
): Promise<string | undefined> {
  if (chosen !== undefined) return chosen
  const result = await askOwnGit(openMirror(places, projectId), [
    'symbolic-ref',
    '--quiet',
    '--short',
    'HEAD',
  ])
  return firstLine(result)
}

/**
 * The commit that a branch, a tag or a commit's own name means.
 * @throws AppError `invalid` for what can be no name, `not_found` for what the mirror does not have
 */
export async function resolveRef(
  places: MirrorPlaces,
  projectId: string,
  ref: string,
): Promise<string> {
  if (!/^(?!-)[^\p{Cc}\s~^:?*[\\]{1,250}$/u.test(ref) || /\.\.|@\{/.test(ref)) {
    throw invalid(`${JSON.stringify(ref)} is no name of a branch, a tag or a commit`)
  }
  const own = openMirror(places, projectId)
  const isHex = /^[0-9a-f]{7,64}$/.test(ref)
  const names = [
    ...(isCommitId(ref) ? [ref] : []),
    ...(ref === 'HEAD' ? ['refs/portolan/head'] : []),
    ...(/^refs\/(heads|tags)\//.test(ref) ? [ref] : []),
    `refs/heads/${ref}`,
    `refs/tags/${ref}`,
    ...(isHex ? [ref] : []),
  ]
  for (const name of names) {
    const revision = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]
    const result = await askOwnGit(own, revision)
    const commit = firstLine(result)
    if (result.exitCode === 0 && commit !== undefined) return commit
  }
  throw notFound(`the repository has no branch, tag or commit ${ref}`, {
    next: 'Push it, and fetch the project again: portolan project fetch NAME',
  })
}

/** Of the given commits those that the mirror has with all that came before them. */
export async function knownCommits(
  places: MirrorPlaces,
  projectId: string,
  commits: readonly string[],
): Promise<string[]> {
  const own = openMirror(places, projectId)
  const asked = [...new Set(commits.filter(isCommitId))]
  if (asked.length === 0) return []
  const format = '--batch-check=%(objectname) %(objecttype)'
  const checked = await askOwnGit(own, ['cat-file', format], { input: `${asked.join('\n')}\n` })
  if (checked.exitCode !== 0) throw failed('look for commits', checked)
  const lines = new Set(checked.stdout.toString('utf8').split('\n'))
  const present = asked.filter((commit) => lines.has(`${commit} commit`))
  if (present.length === 0) return []
  // What no ref leads to may be gone soon, and git builds on nothing of the kind.
  const loose = await askOwnGit(own, ['rev-list', '--stdin', '--not', '--all'], {
    input: `${present.join('\n')}\n`,
  })
  if (loose.exitCode !== 0) throw failed('look for commits', loose)
  const unreachable = new Set(loose.stdout.toString('utf8').split('\n'))
  return present.filter((commit) => !unreachable.has(commit))
}
