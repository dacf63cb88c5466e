import { record } from '../audit/index.ts'
import { type Db, inTransaction } from '../platform/db/db.ts'
import { signal } from '../platform/db/signals.ts'
import { invalid } from '../platform/errors.ts'
import type { ExpectedSeconds } from '../runs/index.ts'
import { type Change, type ChangeEvent, type ChangeView, changeName } from './change.ts'
import * as changeStore from './change-store.ts'
import { dependencyOrder } from './dependency-order.ts'
import { cancel, finishIfDone, supersede } from './ending-service.ts'
import type { RecordedEvent } from './event-store.ts'
import * as eventStore from './event-store.ts'
import * as memberStore from './member-store.ts'
import type { NewChange } from './new-change.ts'
import type { Orphan } from './orphan.ts'
import { restart } from './restart-service.ts'
import { type ChangeDependencies, viewOf } from './view-service.ts'

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
  /**
   * Ends a change whose place another one takes, for the reason that is given. False when something of it
   * is being applied, or nobody saw how that ended: then it stays as it is.
   */
  supersede(id: number, how: { readonly because: string; readonly actor: string }): Promise<boolean>
  /** The changes of a pull request that are open, oldest first. */
  openOf(pullRequestId: number): Promise<number[]>
  /** Its pull request moved on to another head or base, and nothing of the change differs. */
  moveHead(id: number, to: { readonly head: string; readonly base: string }): Promise<void>
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
  /** Records what was told of a change, but its output, and signals it. In order; one caller at a time. */
  tell(id: number, events: readonly ChangeEvent[]): Promise<void>
  /** What was told after the event `after`, at most a thousand. */
  events(id: number, after: number): Promise<RecordedEvent[]>
  /** The number of the newest event; 0 when there is none. */
  lastEvent(id: number): Promise<number>
  /** How long planning and the operation take, by workspace: medians of the last five. */
  expectedSeconds(
    workspaceIds: readonly string[],
    operation: Change['operation'],
  ): Promise<ReadonlyMap<string, ExpectedSeconds>>
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
    supersede: (id, how) => inTransaction(db, (tx) => supersede(tx, deps, { id, ...how })),
    openOf: (pullRequestId) => changeStore.openOf(db, pullRequestId),
    moveHead: (id, to) => changeStore.moveHead(db, id, to),
    finishIfDone: (id) => inTransaction(db, (tx) => finishIfDone(tx, deps, id)),
    restart: (id, request) => inTransaction(db, (tx) => restart(tx, deps, { id, ...request })),
    orphans: (projectId, names) => memberStore.orphans(db, projectId, [...names]),
    tell: (id, events) => inTransaction(db, (tx) => tell(tx, id, events)),
    events: (id, after) => eventStore.listAfter(db, id, { after, limit: 1000 }),
    lastEvent: (id) => eventStore.last(db, id),
    expectedSeconds: (ids, operation) => deps.runs(db).expectedSecondsOf(ids, operation),
  }
}

async function tell(tx: Db, id: number, events: readonly ChangeEvent[]): Promise<void> {
  const told = events.filter(({ event }) => event !== 'log')
  if (told.length === 0) return
  // First, in a statement of its own: what follows must see what others wrote before.
  await changeStore.hold(tx, id)
  await eventStore.append(tx, id, told)
  await signal(tx, changeName(id))
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
