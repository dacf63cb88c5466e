import { type ChangeView, changeName } from '../../changes/index.ts'
import { type AppError, conflict } from '../../platform/errors.ts'
import { mergeCommits } from '../../projects/index.ts'
import type { PullRequest } from '../../pull-requests/index.ts'
import { mirrorPlaces, openCommitted } from '../changes/committed-platform.ts'
import type { Context } from '../context.ts'
import { asksOtherwise, manifestAt } from './base-rules.ts'
import { bringBase } from './bring-commits.ts'
import { demandOfHost } from './host-requirements.ts'
import { isWhatWasPlanned, notWhatWasPlanned } from './merged-head.ts'
import { isMadeOfTheSame } from './plan-head.ts'

/**
 * Looks once more, just before a change of a pull request is applied, whether it still is what its host
 * has: whatever was missed until now, nothing is applied that was pushed over, closed, or overtaken by
 * its base.
 * @throws AppError `conflict` with why not; and when the host cannot be asked
 */
export async function demandCurrent(context: Context, view: ChangeView): Promise<void> {
  const { change } = view
  const { pullRequest: origin, projectId } = change
  if (origin === undefined) return
  if (change.options.untrusted === true) throw fromFork()
  const { number, head } = origin
  const forge = await context.forges.open(projectId)
  const observed = await forge.pullRequest(number)
  const moved = async (what: string) => {
    await context.pullRequests.requestLook([{ projectId, number }])
    return conflict(`${what} since ${changeName(change.id)} was planned`, {
      next: 'It is planned again: read that plan.',
    })
  }
  if (observed.status === 'closed') throw await moved(`#${number} was closed`)
  const pullRequest = await context.pullRequests.get(projectId, number)
  if (observed.status === 'merged') {
    const merged = { ...pullRequest, mergeCommit: observed.mergeCommit }
    if (await isWhatWasPlanned(context, view, merged)) return
    await context.pullRequests.requestLook([{ projectId, number }])
    throw conflict(notWhatWasPlanned(merged), {
      next: `Make a change of what ${merged.baseBranch} has now.`,
    })
  }
  if (observed.head.commit !== head) throw await moved(`#${number} has another head`)
  const project = await context.repositories.byId(projectId)
  await demandOfHost({
    forge,
    pullRequest,
    phase: 'apply',
    components: view.nodes.map(({ component }) => component),
    base: await manifestAt(context, project, origin.base),
    head: await manifestAt(context, project, change.source.commit),
  })
  if (await hasBaseMoved(context, view, pullRequest)) {
    throw await moved(`${pullRequest.baseBranch} moved on files of it, or on what must hold`)
  }
}

/** Whether its base moved so that merging gives something else than what was planned, or wants other guards. */
async function hasBaseMoved(
  context: Context,
  view: ChangeView,
  { baseBranch }: PullRequest,
): Promise<boolean> {
  const { change, nodes } = view
  const { projectId, pullRequest: origin, source } = change
  if (origin === undefined) return false
  const base = await bringBase(context, projectId, baseBranch)
  if (base === undefined)
    throw conflict(`${baseBranch} is gone`, { next: 'Give the pull request another base.' })
  if (base === origin.base) return false
  const bases = { before: origin.base, now: base }
  if (await asksOtherwise(context, { id: projectId }, bases)) return true
  const merged = await mergeCommits(mirrorPlaces(context), projectId, { base, head: origin.head })
  if (merged.conflicts !== undefined) return true
  const committed = await openCommitted(context, {
    projectId,
    commit: merged.commit,
    branch: source.branch,
    dirty: false,
    actor: change.actor,
    guards: base,
  })
  const names = nodes.filter(({ orphan }) => !orphan).map(({ name }) => name)
  return !(await isMadeOfTheSame(context, { before: view, committed, names }))
}

/** What comes from a fork is applied only once somebody who may push has taken it over. */
export function fromFork(): AppError {
  return conflict('it comes from a fork, and is never applied from there', {
    next: 'Push it to a branch of the repository, or merge it first.',
  })
}
