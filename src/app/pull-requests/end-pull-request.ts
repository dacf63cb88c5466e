import {
  type ChangeView,
  createReservationService,
  createWorkService,
} from '../../changes/index.ts'
import { inTransaction } from '../../platform/db/db.ts'
import { requestFetch, treeIdOf } from '../../projects/index.ts'
import {
  createPullRequestService,
  type PullRequest,
  pullRequestName,
} from '../../pull-requests/index.ts'
import { mirrorPlaces } from '../changes/committed-platform.ts'
import type { Context } from '../context.ts'
import { hostLogin } from '../projects/host-login.ts'
import { authorName } from './host-actor.ts'
import type { Look } from './looking.ts'
import { endOthers } from './plan-head.ts'

/** What becomes of a pull request that is merged or closed: repeating it is fine. */
export async function endPullRequest(context: Context, look: Look): Promise<void> {
  const pullRequest = await look.pullRequest()
  if (pullRequest.status === 'merged') await takeMerge(context, look, pullRequest)
  else await giveUp(context, look, pullRequest)
}

/** What was applied stays applied, and is shown as such; all the rest of it is over. */
async function giveUp(context: Context, look: Look, pullRequest: PullRequest): Promise<void> {
  const actor = await authorName(context, { project: look.project, login: pullRequest.author })
  const because = `${pullRequestName(pullRequest)} was closed`
  await endOthers(context, { pullRequest, actor }, { because })
  await letGo(context, pullRequest)
}

/** Merging applies where it is said to, what was planned and seen before. */
async function takeMerge(context: Context, look: Look, pullRequest: PullRequest): Promise<void> {
  await requestFetch(context.db, pullRequest.projectId)
  const view = await look.view()
  if (view === undefined || view.change.status !== 'open') return letGo(context, pullRequest)
  const later = new Set(
    view.environments.filter(({ apply }) => apply === 'after-merge').map(({ name }) => name),
  )
  const nodes = view.nodes.filter(
    ({ environment, result }) => later.has(environment) && result === 'planned',
  )
  const isBegun = view.nodes.some(
    ({ environment, run }) => later.has(environment) && run?.applyingAt !== undefined,
  )
  if (nodes.length === 0 || isBegun) return
  if (!(await isWhatWasPlanned(context, pullRequest))) {
    const message = `${pullRequest.baseBranch} is not what was planned: look at it before it is applied`
    await notice(context, view, message)
    return
  }
  await applyMerged(context, view, { pullRequest, environments: [...later] })
}

/** Whether the base has the very files that were planned. */
async function isWhatWasPlanned(
  context: Context,
  { projectId, baseBranch, mergeCommit, planned }: PullRequest,
): Promise<boolean> {
  if (mergeCommit === undefined || planned === undefined) return false
  const places = mirrorPlaces(context)
  const base = `refs/heads/${baseBranch}`
  const login = await hostLogin(context, projectId)
  await context.repositories.bringRefs(projectId, [{ from: base, to: base }], { login })
  const [merged, then] = await Promise.all([
    treeIdOf(places, projectId, mergeCommit),
    treeIdOf(places, projectId, planned.commit),
  ])
  return merged !== undefined && merged === then
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
  const works = createWorkService(context.db)
  const working = await works.of([change.id])
  if (working.has(change.id)) return
  for (const { run, digest, environment } of view.nodes) {
    if (run?.status !== 'planned' || digest === undefined) continue
    if (!environments.includes(environment) || (run.summary?.protected.length ?? 0) > 0) continue
    const gate = view.environments.find(({ name }) => name === environment)?.gate
    if ((gate?.approvals ?? 0) > 0) continue
    await context.runs.approve(run.id, { digest, actor })
  }
  await works.ask({
    changeId: change.id,
    task: 'apply',
    request: { environments, approve: 'none' },
    actor,
  })
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
