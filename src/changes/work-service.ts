import { record } from '../audit/index.ts'
import { type Db, inTransaction } from '../platform/db/db.ts'
import { signal } from '../platform/db/signals.ts'
import { conflict } from '../platform/errors.ts'
import { changeName } from './change.ts'
import * as changeStore from './change-store.ts'
import { refuseOver } from './ending-service.ts'
import type { HeldWork, Work, WorkLease } from './work.ts'
import * as workStore from './work-store.ts'

/** What is signalled when there is something to do. */
export const WORK = 'work'

/** What servers have still to do: one thing at a time for a change, each done by one process. */
export interface WorkService {
  /**
   * Has a change planned or applied. Audited.
   * @throws AppError `conflict` when it is over, or something is being done for it
   */
  ask(work: workStore.NewWork): Promise<void>
  /** The oldest that nobody does. */
  claimNext(owner: string): Promise<HeldWork | undefined>
  /** How it stands; undefined when another process has it. */
  renew(lease: WorkLease): Promise<Work | undefined>
  finish(lease: WorkLease): Promise<void>
  /** Lets others take up what this process leaves undone. */
  release(lease: WorkLease): Promise<void>
  owners(): Promise<string[]>
  /** For an owner that is known to be dead: others may take up what it did. */
  abandon(owner: string): Promise<void>
  /** Asks whoever is at work on it to end gracefully; false when nobody is. */
  requestCancel(changeId: number): Promise<boolean>
  /** What is being done for each of these changes. */
  of(changeIds: readonly number[]): Promise<ReadonlyMap<number, Work['task']>>
}

/** Cheap: call it with a transaction to join that one. */
export function createWorkService(db: Db): WorkService {
  return {
    ask: (work) => inTransaction(db, (tx) => ask(tx, work)),
    claimNext: (owner) => workStore.claimNext(db, owner),
    renew: (lease) => workStore.renew(db, lease),
    finish: (lease) =>
      inTransaction(db, async (tx) => {
        await workStore.remove(tx, lease)
        await signal(tx, changeName(lease.changeId))
      }),
    release: (lease) =>
      inTransaction(db, async (tx) => {
        await workStore.release(tx, lease)
        await signal(tx, WORK)
      }),
    owners: () => workStore.owners(db),
    abandon: (owner) => workStore.abandon(db, owner),
    requestCancel: (id) => workStore.requestCancel(db, id),
    of: (ids) => workStore.listOf(db, ids),
  }
}

async function ask(tx: Db, work: workStore.NewWork): Promise<void> {
  const name = changeName(work.changeId)
  refuseOver(await changeStore.get(tx, work.changeId))
  if (!(await workStore.insert(tx, work))) {
    throw conflict(`${name} is at work already`, {
      next: 'Wait until it ends, or cancel it.',
    })
  }
  await record(tx, {
    actor: work.actor,
    action: `change.${work.task}`,
    subject: name,
    details: { environments: work.request.environments?.join(' ') ?? 'all' },
  })
  await signal(tx, WORK)
}
