import {
  type ChangeView,
  createReservationService,
  createWorkService,
  listOpenPlans,
} from '../../changes/index.ts'
import { createOutbox, type Forge } from '../../forges/index.ts'
import type { PullRequestRules } from '../../manifest/index.ts'
import { inTransaction } from '../../platform/db/db.ts'
import type { ProjectRecord } from '../../projects/index.ts'
import {
  type CommentFacts,
  type CommentReservation,
  createPullRequestService,
  type PullRequest,
  renderComment,
  renderStatuses,
  usualLimits,
} from '../../pull-requests/index.ts'
import type { Run } from '../../runs/index.ts'
import type { Context } from '../context.ts'
import { guardsChangedBy } from './base-rules.ts'
import { environmentsAfter } from './before-merge.ts'
import { waitsOf } from './waits.ts'

/** Which pull request is told about, and where. */
export interface Telling {
  /** Where people open this server. */
  readonly url: string
  readonly project: Pick<ProjectRecord, 'id' | 'name'>
  readonly forge: Forge
  readonly number: number
  /** What happens when all is applied. */
  readonly merge: PullRequestRules['merge']
}

/** By which Portolan's own comment is found again. */
function markerOf({ id }: Pick<ProjectRecord, 'id'>): string {
  return `<!-- portolan ${id} -->`
}

/** Has the host told how the pull request stands: its one comment, and the statuses of its head. */
export async function tellPullRequest(context: Context, telling: Telling): Promise<void> {
  const { project, forge, number } = telling
  const pullRequest = await context.pullRequests.get(project.id, number)
  const changeId = pullRequest.planned?.changeId
  // First: what is told while this is put together is told the next time.
  const event = changeId === undefined ? 0 : await context.changes.lastEvent(changeId)
  const facts = await factsOf(context, telling, pullRequest)
  const { comment } = forge.limits
  const marker = markerOf(project)
  const body = renderComment(facts, {
    ...usualLimits,
    whole: Math.min(comment - 1000, usualLimits.whole),
  })
  const silent = new Set(
    (facts.view?.nodes ?? [])
      .filter(({ result }) => result === 'pending' || result === 'planning')
      .map(({ name }) => `portolan/${name}`),
  )
  const statuses = renderStatuses(facts)
    // Hosts bear few calls: of a workspace nothing is told before there is something to be seen.
    .filter(({ context: name }) => !silent.has(name))
    .map((status) => ({ kind: 'status' as const, commit: pullRequest.headCommit, status }))
  const effects = [{ kind: 'comment' as const, marker, body }, ...statuses]
  const isLast = facts.working === undefined
  await inTransaction(context.db, async (tx) => {
    // Who recorded another change tells of that one.
    if (!(await createPullRequestService(tx).saveTold(pullRequest.id, { changeId, event }))) return
    await createOutbox(tx).tell({ projectId: project.id, number }, effects, { isLast })
  })
}

async function factsOf(
  context: Context,
  telling: Telling,
  pullRequest: PullRequest,
): Promise<CommentFacts> {
  const { url, project } = telling
  const { planned } = pullRequest
  const view =
    planned?.changeId === undefined ? undefined : await context.changes.view(planned.changeId)
  const works = createWorkService(context.db)
  const working =
    view === undefined ? undefined : (await works.of([view.change.id])).get(view.change.id)
  const page = `${url}/projects/${encodeURIComponent(project.name)}/pull-requests/${pullRequest.number}`
  const commands = await context.pullRequests.commands(
    { projectId: project.id, number: pullRequest.number },
    5,
  )
  return {
    marker: markerOf(project),
    pullRequest,
    view,
    working,
    waits: view === undefined ? [] : await waitsIn(context, view),
    outputs: await outputsOf(context, view),
    requirements: await requirementsOf(context, view, working !== undefined),
    approvals: await approvalsOf(context, view),
    reservations: await reservationsOf(context, pullRequest),
    commands: commands.filter(({ status }) => status === 'done' || status === 'refused'),
    notes: notesOf(pullRequest, { view, guards: await guardsChangedBy(context, project, planned) }),
    afterMerge: environmentsAfter(view),
    merge: telling.merge,
    urls: {
      change: view === undefined ? page : `${url}/changes/${view.change.id}`,
      run: (id) => `${url}/runs/${id}`,
    },
    word: 'portolan',
  }
}

function notesOf(
  { mergeProblem, baseBranch }: PullRequest,
  { view, guards }: { readonly view: ChangeView | undefined; readonly guards: readonly string[] },
): string[] {
  return [
    ...(guards.length === 0
      ? []
      : [`It changes ${guards.join(', ')}; until it is merged, what ${baseBranch} says counts.`]),
    ...(mergeProblem === undefined || view?.change.status !== 'open'
      ? []
      : [`It was not merged: ${mergeProblem}.`]),
    ...(view?.change.options.untrusted === true
      ? [
          'It comes from a fork: it was planned without any credentials, and is not applied from there.',
        ]
      : []),
  ]
}

/** Characters of one run's output: what is shown of it is less. */
const MOST_OUTPUT = 100_000
const MOST_PIECES = 200

/** What the tool said of plans that are there, and of what failed. */
async function outputsOf(
  context: Context,
  view: ChangeView | undefined,
): Promise<ReadonlyMap<string, string>> {
  const shown = (view?.nodes ?? []).flatMap(({ name, run, result }) =>
    run !== undefined && (result === 'planned' || result === 'provisional' || result === 'failed')
      ? [{ name, run }]
      : [],
  )
  const last = await context.runs.lastPieces(shown.map(({ run }) => run.id))
  return new Map(
    await Promise.all(
      shown.map(
        async ({ name, run }) =>
          [name, await outputOf(context, run, last.get(run.id) ?? 0)] as const,
      ),
    ),
  )
}

async function outputOf({ runs }: Context, { id }: Run, last: number): Promise<string> {
  const lines = await runs.logs(id, Math.max(0, last - MOST_PIECES), MOST_PIECES)
  return lines
    .map(({ text }) => text)
    .join('')
    .slice(-MOST_OUTPUT)
}

/** While something is at work they change all the time, and nobody can do anything about them. */
async function requirementsOf(
  { runs }: Context,
  view: ChangeView | undefined,
  isWorking: boolean,
): Promise<CommentFacts['requirements']> {
  if (isWorking || view === undefined || view.change.status !== 'open') return new Map()
  const planned = view.nodes.flatMap(({ name, run }) =>
    run?.status === 'planned' ? [{ name, id: run.id }] : [],
  )
  const found = await Promise.all(
    planned.map(async ({ name, id }) => {
      const plan = await runs.planHead(id)
      return plan === undefined
        ? undefined
        : ([name, await runs.requirements(id, plan.facts)] as const)
    }),
  )
  return new Map(found.filter((one) => one !== undefined))
}

async function waitsIn(context: Context, { change }: ChangeView): Promise<CommentFacts['waits']> {
  const waits = await waitsOf(context, await listOpenPlans(context.db, [change.id]))
  return waits.get(change.id) ?? []
}

async function approvalsOf(
  { runs }: Context,
  view: ChangeView | undefined,
): Promise<CommentFacts['approvals']> {
  const nodes = view?.nodes ?? []
  const all = await runs.approvalsOf(
    nodes.flatMap(({ run }) => (run === undefined ? [] : [run.id])),
  )
  return new Map(
    nodes.map(({ name, run, digest }) => {
      const own = run === undefined ? [] : (all.get(run.id) ?? [])
      const present = digest === undefined ? own : own.filter((one) => one.digest === digest)
      return [name, [...new Set(present.map(({ actor }) => actor))]] as const
    }),
  )
}

async function reservationsOf(
  { db }: Context,
  { id }: PullRequest,
): Promise<readonly CommentReservation[]> {
  const own = await createReservationService(db).reservationsOf(id)
  return own.flatMap(({ workspace, holder, waiting, place }) => {
    const first = holder ?? waiting[0]
    return first === undefined ? [] : [{ workspace, holder: first.number, place }]
  })
}
