import { record } from '../audit/index.ts'
import { type Db, inTransaction } from '../platform/db/db.ts'
import { conflict, invalid } from '../platform/errors.ts'
import {
  type ExpectedSeconds,
  type NewestRun,
  type Run,
  type RunService,
  runName,
} from '../runs/index.ts'
import { type Change, type ChangeNode, type ChangeView, changeName } from './change.ts'
import * as changeStore from './change-store.ts'
import { dependencyOrder } from './dependency-order.ts'
import * as memberStore from './member-store.ts'
import type { NewChange } from './new-change.ts'
import type { Orphan } from './orphan.ts'
import { becauseOf, isSettled, resultOf } from './result.ts'

/** Changes, each with its runs. Every step is one transaction; given a transaction, the service joins it. */
export interface ChangeService {
  /**
   * A change with all its workspaces and one run for each: queued, or closed where it is skipped.
   * @throws AppError `invalid` when it has no workspace
   */
  create(input: NewChange): Promise<ChangeView>
  /** @throws AppError `not_found` */
  get(id: number): Promise<Change>
  /** Everything of it, its workspaces in dependency order. @throws AppError `not_found` */
  view(id: number): Promise<ChangeView>
  /** Newest first; `before` is the id of the last one already seen. */
  list(
    projectId: string,
    page: { readonly before?: number; readonly limit: number },
  ): Promise<Change[]>
  /** The newest change that is open. */
  latestOpen(projectId: string): Promise<Change | undefined>
  /**
   * Cancels what waits at once, and asks what plans or applies to end. The change is cancelled.
   * @throws AppError `conflict` when it is over, or when nobody saw how one of its applies ended
   */
  cancel(id: number, actor: string): Promise<Change>
  /** `done` when every workspace ended applied, unchanged or skipped; otherwise it stays as it is. */
  finishIfDone(id: number): Promise<Change>
  /**
   * Prepares going on with an open change: new runs for what failed or was cancelled, and what waits
   * is queued again. `workspaceIds`: only these.
   * @throws AppError `conflict` when it is over, when one of its runs is at work, or when nobody saw
   *   how one ended
   */
  restart(
    id: number,
    request: { readonly actor: string; readonly workspaceIds?: readonly string[] },
  ): Promise<ChangeView>
  /** Recorded workspaces of a project with something in their state that are not among these names. */
  orphans(projectId: string, names: ReadonlySet<string>): Promise<Orphan[]>
  /** How long planning and the operation take, by workspace: medians of the last five. */
  expectedSeconds(
    workspaceIds: readonly string[],
    operation: Change['operation'],
  ): Promise<ReadonlyMap<string, ExpectedSeconds>>
}

/** What the services of this slice work with. */
export interface ChangeDependencies {
  /** The run service on a database, or joined to a transaction. */
  readonly runs: (db: Db) => RunService
}

/** Cheap: call it with a transaction to join that one. */
export function createChangeService(db: Db, deps: ChangeDependencies): ChangeService {
  return {
    create: (input) => inTransaction(db, (tx) => create(tx, deps, input)),
    get: (id) => changeStore.get(db, id),
    view: (id) => viewOf(db, deps, id),
    list: (projectId, page) => changeStore.list(db, projectId, page),
    latestOpen: (projectId) => changeStore.latestOpen(db, projectId),
    cancel: (id, actor) => inTransaction(db, (tx) => cancel(tx, deps, { id, actor })),
    finishIfDone: (id) => inTransaction(db, (tx) => finishIfDone(tx, deps, id)),
    restart: (id, request) => inTransaction(db, (tx) => restart(tx, deps, { id, ...request })),
    orphans: (projectId, names) => memberStore.orphans(db, projectId, [...names]),
    expectedSeconds: (ids, operation) => deps.runs(db).expectedSecondsOf(ids, operation),
  }
}

async function create(tx: Db, deps: ChangeDependencies, input: NewChange): Promise<ChangeView> {
  if (input.nodes.length === 0) {
    throw invalid('a change needs at least one workspace', {
      next: 'Select some: portolan list   shows them.',
    })
  }
  const { id } = await changeStore.insert(tx, input)
  const { actor, operation } = input
  const nodes = dependencyOrder(input.nodes)
  await changeStore.insertEnvironments(tx, id, input.environments)
  await changeStore.insertMembers(tx, id, nodes)
  const created = await deps.runs(tx).createAll(
    nodes.map(({ workspaceId, source, options }) => ({
      changeId: id,
      workspaceId,
      operation,
      actor,
      source,
      options,
    })),
  )
  await deps.runs(tx).skipAll(
    nodes.flatMap(({ skipped }, index) => {
      const run = created[index]
      return skipped === undefined || run === undefined ? [] : [{ id: run.id, because: skipped }]
    }),
  )
  await record(tx, {
    actor,
    action: 'change.create',
    subject: changeName(id),
    details: { operation, workspaces: nodes.length },
  })
  return viewOf(tx, deps, id)
}

async function viewOf(db: Db, deps: ChangeDependencies, id: number): Promise<ChangeView> {
  const change = await changeStore.get(db, id)
  const environments = await changeStore.environments(db, id)
  const members = await changeStore.members(db, id)
  const newest = await deps.runs(db).newestOfChange(id)
  const runs = new Map(newest.map((one) => [one.run.workspaceId, one]))
  const nodes = members.map((member) => nodeOf(member, runs.get(member.workspaceId)))
  return { change, environments, nodes }
}

function nodeOf(member: changeStore.Member, newest: NewestRun | undefined): ChangeNode {
  if (newest === undefined) {
    return { ...member, result: 'pending', because: undefined, run: undefined }
  }
  const { run, provisional } = newest
  const standing = { status: run.status, reason: run.reason, provisional }
  return { ...member, result: resultOf(standing), because: becauseOf(standing), run }
}

interface Act {
  readonly id: number
  readonly actor: string
}

async function cancel(tx: Db, deps: ChangeDependencies, { id, actor }: Act): Promise<Change> {
  refuseOver(await changeStore.get(tx, id))
  await deps.runs(tx).cancelAll(await memberStore.liveRuns(tx, id), actor)
  refuseOver(await changeStore.lock(tx, id))
  await record(tx, { actor, action: 'change.cancel', subject: changeName(id) })
  return changeStore.end(tx, id, { status: 'cancelled', because: `cancelled by ${actor}` })
}

async function finishIfDone(tx: Db, deps: ChangeDependencies, id: number): Promise<Change> {
  const change = await changeStore.lock(tx, id)
  if (change.status !== 'open') return change
  const { nodes } = await viewOf(tx, deps, id)
  if (!nodes.every(({ result }) => isSettled(result))) return change
  return changeStore.end(tx, id, { status: 'done' })
}

interface Restart extends Act {
  readonly workspaceIds?: readonly string[]
}

async function restart(
  tx: Db,
  deps: ChangeDependencies,
  { id, actor, workspaceIds }: Restart,
): Promise<ChangeView> {
  const wanted = workspaceIds && new Set(workspaceIds)
  const runs = deps.runs(tx)
  const all = (await runs.newestOfChange(id)).map(({ run }) => run)
  const before = all.filter((run) => wanted?.has(run.workspaceId) ?? true)
  refuseBusy(id, all)
  const waiting = before.filter((run) => run.status === 'waiting')
  await runs.queueAgain(
    waiting.map((run) => run.id),
    actor,
  )
  // Only now: whoever takes runs and changes takes the runs before.
  refuseOver(await changeStore.lock(tx, id))
  const { nodes } = await viewOf(tx, deps, id)
  const ended = nodes.filter(
    ({ workspaceId, result }) =>
      (result === 'failed' || result === 'cancelled') && (wanted?.has(workspaceId) ?? true),
  )
  await runs.createAll(
    ended.flatMap(({ workspaceId, run }) =>
      run === undefined
        ? []
        : [
            {
              changeId: id,
              workspaceId,
              operation: run.operation,
              actor,
              source: run.source,
              options: run.options,
            },
          ],
    ),
  )
  await record(tx, {
    actor,
    action: 'change.restart',
    subject: changeName(id),
    details: { started: ended.length, queued: waiting.length },
  })
  return viewOf(tx, deps, id)
}

function refuseOver({ id, status, closedBecause }: Change): void {
  if (status === 'open') return
  throw conflict(`${changeName(id)} is ${status}${closedBecause ? `: ${closedBecause}` : ''}`, {
    details: { change: id, status },
    next: 'Make a new change: portolan plan',
  })
}

function refuseBusy(id: number, runs: readonly Run[]): void {
  const unknown = runs.find((run) => run.status === 'unknown')
  if (unknown !== undefined) {
    throw conflict(`nobody saw how ${runName(unknown.id)} of ${changeName(id)} ended`, {
      next: 'Decide which state is true: portolan state rescue',
    })
  }
  const busy = runs.find((run) => run.status === 'planning' || run.status === 'applying')
  if (busy === undefined) return
  throw conflict(`${changeName(id)} is at work: ${runName(busy.id)} is ${busy.status}`, {
    next: `Wait until it ends, or cancel it: portolan cancel ${changeName(id)}`,
  })
}
