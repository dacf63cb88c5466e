import { invalid, notFound } from '../../platform/errors.ts'
import { askOwnGit, type OwnRepository } from '../../platform/git/bare-git.ts'
import { failed } from '../../platform/git/git.ts'
import { Recent } from '../recent.ts'
import { openMirror } from './mirror-client.ts'
import { isCommitId, type MirrorPlaces } from './places.ts'

/**
 * Makes sure that the mirror has a commit, and that it keeps it from now on, whatever becomes of the
 * branch that it was on.
 * @throws AppError `not_found` when the mirror does not have it, `invalid` for what is no commit
 */
export async function keepCommit(
  places: MirrorPlaces,
  projectId: string,
  commit: string,
): Promise<void> {
  if (!isCommitId(commit)) throw invalid(`${JSON.stringify(commit)} is no commit id`)
  const mirror = openMirror(places, projectId)
  const known = `${mirror.gitDirectory} ${commit}`
  if (kept.get(known) === true) return
  await keep(mirror, commit)
  kept.set(known, true)
}

/** What this process has seen kept: a mirror never lets go of it. */
const kept = new Recent<true>(1000)

async function keep(mirror: OwnRepository, commit: string): Promise<void> {
  const ref = `refs/portolan/used/${commit}`
  const format = '--batch-check=%(objectname) %(objecttype)'
  const found = await askOwnGit(mirror, ['cat-file', format], { input: `${ref}\n${commit}\n` })
  if (found.exitCode !== 0) throw failed(`look for the commit ${commit}`, found)
  const [used, own] = found.stdout.toString('utf8').split('\n')
  if (own !== `${commit} commit`) throw unknownCommit(commit)
  if (used === own) return
  const result = await askOwnGit(mirror, ['update-ref', ref, commit])
  if (result.exitCode !== 0) throw failed(`keep the commit ${commit}`, result)
}

function unknownCommit(commit: string) {
  return notFound(`this server does not have the commit ${commit.slice(0, 12)}`, {
    next: 'Push it to the repository that the project is fetched from, or let the command line send it: portolan plan',
  })
}
