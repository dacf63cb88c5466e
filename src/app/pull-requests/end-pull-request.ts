import {
  type ChangeView,
  createReservationService,
  createWorkService,
} from '../../changes/index.ts'
import { inTransaction } from '../../platform/db/db.ts'
import { requestFetch } from '../../projects/index.ts'
import {
  createPullRequestService,
  type PullRequest,
  pullRequestName,
} from '../../pull-requests/index.ts'
import type { Context } from '../context.ts'
import { environmentsAfter, unappliedIn } from './before-merge.ts'
import { authorName } from './host-actor.ts'
import type { Look } from './looking.ts'
import { isWhatWasPlanned, notWhatWasPlanned } from './merged-head.ts'
import { endOthers } from './plan-head.ts'

/** What becomes of a pull request that is merged or closed: repeating it is fine. */
export async function endPullRequest(context: Context, look: Look): Promise<void> {
  const pullRequest = await look.pullRequest()
  if (pullRequest.status === 'merged') await takeMerge(context, look, pullRequest)
  else await giveUp(context, look, pullRequest, `${pullRequestName(pullRequest)} was closed`)
}

/** What was applied stays applied, and is shown as such; all the rest of it is over. */
async function giveUp(
  context: Context,
  { project }: Look,
  pullRequest: PullRequest,
  because: string,
): Promise<void> {
  const actor = await authorName(context, { project, login: pullRequest.author })
  await endOthers(context, { pullRequest, actor }, { because })
  await letGo(context, pullRequest)
}

/** Merging applies where it is said to, what was planned and seen before. */
async function takeMerge(context: Context, look: Look, pullRequest: PullRequest): Promise<void> {
  await requestFetch(context.db, pullRequest.projectId)
  const view = await look.view()
  if (view === undefined || view.change.status !== 'open') return letGo(context, pullRequest)
  const working = await createWorkService(context.db).of([view.change.id])
  // It is looked at again when that has ended.
  if (working.has(view.change.id)) return
  if (!(await isWhatWasPlanned(context, view, pullRequest))) {
    await giveUp(context, look, pullRequest, notWhatWasPlanned(pullRequest))
    return
  }
  // What comes before is applied by people first.
  if (pullRequest.isMergeTaken || unappliedIn(view).length > 0) return
  const environments = environmentsAfter(view).filter((name) =>
    view.nodes.some(({ environment, result }) => environment === name && result === 'planned'),
  )
  if (environments.length > 0) await applyMerged(context, view, { pullRequest, environments })
}

interface Merged {
  readonly pullRequest: PullRequest
  readonly environments: readonly string[]
}

async function applyMerged(
  context: Context,
  view: ChangeView,
  { pullRequest, environments }: Merged,
): Promise<void> {
  const { change } = view
  const actor = change.actor
  for (const { run, digest, environment } of view.nodes) {
    if (run?.status !== 'planned' || digest === undefined) continue
    if (!environments.includes(environment) || (run.summary?.protected.length ?? 0) > 0) continue
    const gate = view.environments.find(({ name }) => name === environment)?.gate
    if ((gate?.approvals ?? 0) > 0) continue
    await context.runs.approve(run.id, { digest, actor })
  }
  const request = { environments, approve: 'none' } as const
  // Both or neither; and once: what a gate keeps waiting is asked for by people.
  const isAsked = await inTransaction(context.db, async (tx) => {
    if (!(await createPullRequestService(tx).takeMerge(pullRequest.id))) return false
    await createWorkService(tx).ask({ changeId: change.id, task: 'apply', request, actor })
    return true
  })
  if (!isAsked) return
  await notice(
    context,
    view,
    `${pullRequestName(pullRequest)} was merged: ${environments.join(', ')} is applied`,
  )
}

function notice({ changes }: Context, { change }: ChangeView, message: string): Promise<void> {
  return changes.tell(change.id, [
    { at: new Date(), change: change.id, event: 'notice', workspace: undefined, message },
  ])
}

/** What it reserved is free, and those that waited for it are planned again. */
export async function letGo(
  context: Pick<Context, 'db'>,
  pullRequest: Pick<PullRequest, 'id'>,
): Promise<void> {
  await inTransaction(context.db, async (tx) => {
    const waiting = await createReservationService(tx).release(pullRequest.id)
    await createPullRequestService(tx).requestLookOf(waiting)
  })
}
