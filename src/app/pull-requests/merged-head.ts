import type { ChangeView } from '../../changes/index.ts'
import { treeIdOf } from '../../projects/index.ts'
import { type PullRequest, pullRequestName } from '../../pull-requests/index.ts'
import { mirrorPlaces, openCommitted } from '../changes/committed-platform.ts'
import type { Context } from '../context.ts'
import { bringBase } from './bring-commits.ts'
import { isMadeOfTheSame } from './plan-head.ts'

/** A pull request as it was merged. */
type Merged = Pick<PullRequest, 'projectId' | 'number' | 'baseBranch' | 'mergeCommit'>

/** Whether what was merged gives the workspaces of a change what was planned: others may have moved. */
export async function isWhatWasPlanned(
  context: Context,
  view: ChangeView,
  { projectId, baseBranch, mergeCommit }: Merged,
): Promise<boolean> {
  const { change, nodes } = view
  const { source, pullRequest: origin } = change
  const places = mirrorPlaces(context)
  const tip = await bringBase(context, projectId, baseBranch)
  // Not every host says at once which commit it became.
  const merged = mergeCommit ?? tip
  if (merged === undefined || source.commit === undefined) return false
  const [now, then] = await Promise.all([
    treeIdOf(places, projectId, merged),
    treeIdOf(places, projectId, source.commit),
  ])
  if (now === undefined) return false
  if (now === then) return true
  const committed = await openCommitted(context, {
    projectId,
    commit: merged,
    branch: source.branch,
    dirty: false,
    actor: change.actor,
    guards: origin?.base,
  })
  const names = nodes.filter(({ orphan }) => !orphan).map(({ name }) => name)
  return isMadeOfTheSame(context, { before: view, committed, names })
}

/** In a sentence without a full stop. */
export function notWhatWasPlanned({
  number,
  baseBranch,
}: Pick<PullRequest, 'number' | 'baseBranch'>): string {
  return `${baseBranch} is not what was planned of ${pullRequestName({ number })}`
}
