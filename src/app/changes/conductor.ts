import type { Logger } from 'pino'
import {
  type Change,
  createWorkService,
  type HeldWork,
  WORK,
  type WorkService,
} from '../../changes/index.ts'
import { inTransaction } from '../../platform/db/db.ts'
import type { Signals } from '../../platform/db/signals.ts'
import { AppError, messageOf } from '../../platform/errors.ts'
import { tipOf } from '../../projects/index.ts'
import { createPullRequestService } from '../../pull-requests/index.ts'
import type { Context } from '../context.ts'
import { demandCurrent } from '../pull-requests/demand-current.ts'
import { endDeadRuns } from '../runs/dead-runs.ts'
import { abandonDead, ownOwner } from '../runs/owner.ts'
import { applyChange } from './apply-change.ts'
import { countResults } from './change-events.ts'
import { platformOf } from './change-platform.ts'
import { STAYS_OPEN } from './change-watch.ts'
import { mirrorPlaces, openCommitted } from './committed-platform.ts'
import { platformsOf } from './orphans.ts'
import { planCreated } from './plan-change.ts'

/** Works off what servers have to do for changes. */
export interface Conductor {
  /** Takes nothing new, ends gracefully what is at work, and waits for it. */
  close(): Promise<void>
}

export interface ConductorDeps {
  readonly context: Context
  readonly signals: Signals
  readonly log: Logger
}

const MOST_AT_ONCE = 32
const LOOK_MILLISECONDS = 2000
const BEAT_MILLISECONDS = 1000

/** Starts to work off changes in this process, beside any number of others on the same database. */
export async function startConductor(deps: ConductorDeps): Promise<Conductor> {
  const { context, signals, log } = deps
  const works = createWorkService(context.db)
  const owner = await ownOwner()
  const closing = new AbortController()
  const running = new Set<Promise<void>>()
  let looking: Promise<void> | undefined

  const look = async () => {
    await abandonDead(works)
    while (!closing.signal.aborted && running.size < MOST_AT_ONCE) {
      const held = await works.claimNext(owner)
      if (held === undefined) return
      const task: Promise<void> = perform(deps, works, { held, closing: closing.signal }).finally(
        () => {
          running.delete(task)
          lookSoon()
        },
      )
      running.add(task)
    }
  }
  const lookSoon = () => {
    if (closing.signal.aborted) return
    looking ??= look()
      .catch((error: unknown) => log.warn({ err: error }, 'looking for work failed'))
      .finally(() => {
        looking = undefined
      })
  }
  const stop = signals.listen(WORK, lookSoon)
  const timer = setInterval(lookSoon, LOOK_MILLISECONDS)
  lookSoon()
  return {
    close: async () => {
      stop()
      clearInterval(timer)
      closing.abort(STAYS_OPEN)
      await looking
      await Promise.allSettled(running)
    },
  }
}

interface Performance {
  readonly held: HeldWork
  readonly closing: AbortSignal
}

/** Does one work; whatever goes wrong is told to those who watch the change. */
async function perform(
  { context, signals, log }: ConductorDeps,
  works: WorkService,
  { held, closing }: Performance,
): Promise<void> {
  const { changeId, task } = held
  const ended = new AbortController()
  const cancelled = AbortSignal.any([closing, ended.signal])
  const beat = async () => {
    const now = await context.persist(() => works.renew(held.lease))
    if (now === undefined) ended.abort(STAYS_OPEN)
    // Who wants the change to be over has cancelled it already.
    else if (now.isCancelled) ended.abort(STAYS_OPEN)
  }
  const beatSoon = () => {
    beat().catch((error: unknown) => log.warn({ err: error, changeId }, 'no sign of life'))
  }
  const timer = setInterval(beatSoon, BEAT_MILLISECONDS)
  const stop = signals.listen(`cancel-${changeId}`, beatSoon)
  try {
    await work(context, held, cancelled)
  } catch (error) {
    if (!(error instanceof AppError)) log.error({ err: error, changeId, task }, 'a work failed')
    await tellFault(context, changeId, error).catch((fault: unknown) =>
      log.error({ err: fault, changeId }, 'what went wrong could not be told'),
    )
  } finally {
    clearInterval(timer)
    stop()
    // A plan that this server's end interrupted is taken up by the next one.
    if (task === 'plan' && closing.aborted) await works.release(held.lease)
    else await context.persist(() => finish(context, held))
  }
}

/** Those who look at pull requests are told with it: what ended may be merged, or make others stale. */
async function finish({ db }: Context, { lease, changeId, task }: HeldWork): Promise<void> {
  await inTransaction(db, async (tx) => {
    await createWorkService(tx).finish(lease)
    await createPullRequestService(tx).requestLookAfter(changeId, { isApplied: task === 'apply' })
  })
}

async function work(context: Context, held: HeldWork, cancelled: AbortSignal): Promise<void> {
  const { changeId, task, request, actor, isTakenOver } = held
  if (isTakenOver) await endDeadRuns(context)
  if (isTakenOver && task === 'apply') {
    const message =
      'The server that applied this was lost. What it had begun is as it left it; resume goes on with the rest.'
    await tell(context, changeId, message)
    return
  }
  if (isTakenOver) await context.changes.restart(changeId, { actor })
  const view = await context.changes.view(changeId)
  if (view.change.status !== 'open') return
  const { projectId, source, options } = view.change
  if (task === 'apply') await demandCurrent(context, view)
  const guards = await guardsOf(context, view.change)
  const committed = await openCommitted(context, { projectId, ...source, actor, guards })
  // As the base branch has it, like all that makes an apply stop.
  const isStrict = (committed.guards ?? committed.manifest).pullRequests.failFast === true
  const never = new AbortController().signal
  const watch = { event: () => undefined, cancelled, forced: never }
  if (task === 'plan') {
    const own = await platformOf(context.config, committed, options.set)
    const platforms = await platformsOf(context, view, own)
    const { parallel, failFast = false } = request
    await planCreated(context, { view, platforms }, { parallel, failFast }, watch)
    return
  }
  const apply = {
    ...committed,
    changeId,
    environments: request.environments,
    workspaces: request.workspaces,
    approve: request.approve ?? 'none',
    personId: request.personId,
    override: request.override,
    parallel: request.parallel,
    failFast: request.failFast === true || isStrict,
    retry: request.retry === true,
  }
  await applyChange(context, apply, watch)
}

/** What must hold is said by the branch that it is to be merged into, as that is now; else by the project's head. */
async function guardsOf(
  context: Context,
  { projectId, pullRequest }: Change,
): Promise<string | undefined> {
  if (pullRequest === undefined) return undefined
  const { baseBranch } = await context.pullRequests.get(projectId, pullRequest.number)
  const tip = await tipOf(mirrorPlaces(context), projectId, `refs/heads/${baseBranch}`)
  return tip ?? pullRequest.base
}

async function tellFault(context: Context, changeId: number, error: unknown): Promise<void> {
  if (!(error instanceof AppError)) {
    return tell(context, changeId, 'Something went wrong in the server: its log says what.')
  }
  const next = error.next === undefined ? '' : ` ${error.next}`
  return tell(context, changeId, `${messageOf(error)}.${next}`)
}

/** A sentence about the change, and that nothing is done for it any more. */
async function tell(context: Context, changeId: number, message: string): Promise<void> {
  const view = await context.changes.view(changeId)
  const head = { at: new Date(), change: changeId }
  await context.persist(() =>
    context.changes.tell(changeId, [
      { ...head, event: 'notice', workspace: undefined, message },
      { ...head, event: 'end', status: view.change.status, counts: countResults(view) },
    ]),
  )
}
