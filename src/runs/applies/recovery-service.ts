import { record } from '../../audit/index.ts'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import { conflict, invalid, notFound } from '../../platform/errors.ts'
import type { Lock } from '../../state/index.ts'
import type { RunDependencies } from '../dependencies.ts'
import * as leaseStore from '../leases/lease-store.ts'
import * as logStore from '../logs/log-store.ts'
import * as planStore from '../plans/plan-store.ts'
import { type Run, runName } from '../run.ts'
import type { RunRecord } from '../run-row-store.ts'
import * as runStore from '../run-store.ts'
import { leaveUnknown, releaseLock } from './finishing-service.ts'
import * as liveStateStore from './live-state-store.ts'

export interface RecoverRequest {
  readonly actor: string
  readonly reason: string
  /** What is true now: what was last seen, what is recorded, or these bytes. */
  readonly state: 'live' | 'current' | Buffer
}

/** Ends what the runners left: past their lease, or (given an owner) all of one that is dead. */
export async function endLost(db: Db, owner?: string): Promise<Run[]> {
  const ended: Run[] = []
  for (;;) {
    const run = await inTransaction(db, (tx) => endOneLost(tx, owner))
    if (!run) return ended
    ended.push(run)
  }
}

async function endOneLost(tx: Db, owner: string | undefined): Promise<Run | undefined> {
  const lost = await leaseStore.lockLost(tx, owner)
  if (!lost) return undefined
  if (lost.run.status === 'applying') {
    return leaveUnknown(tx, lost.run, {
      reason: 'the runner was lost while applying',
      lease: 'lost',
    })
  }
  return runStore.move(tx, lost.run, {
    to: 'failed',
    reason: 'the runner was lost while planning; nothing was changed, run it again',
    lease: 'lost',
  })
}

/** What waits is over at once; what a runner holds is asked to end. */
export async function cancel(tx: Db, id: number, actor: string): Promise<Run> {
  const { run } = await runStore.lock(tx, id)
  const name = runName(id)
  if (run.status === 'unknown') {
    throw conflict(`${name} cannot be cancelled: nobody saw how its apply ended`, {
      next: 'Decide which state is true: portolan state rescue',
    })
  }
  if (run.status === 'planning' || run.status === 'applying') {
    if (run.cancelRequestedBy !== undefined) return run
    const asked = await runStore.requestCancel(tx, id, actor)
    await logStore.appendEvent(tx, id, { type: 'cancel-requested', data: { by: actor } })
    await record(tx, { actor, action: 'run.cancel', subject: name })
    return asked
  }
  const reason = `cancelled by ${actor}`
  const cancelled = await runStore.move(tx, run, { to: 'cancelled', reason, actor })
  await planStore.deleteFile(tx, id)
  await record(tx, { actor, action: 'run.cancel', subject: name })
  return cancelled
}

/** A person says which state is true after an apply whose end nobody saw. */
export async function recover(
  tx: Db,
  deps: RunDependencies,
  { id, ...request }: RecoverRequest & { readonly id: number },
): Promise<Run> {
  const name = runName(id)
  const reason = request.reason.trim()
  if (reason === '') {
    throw invalid(`recovering ${name} needs a reason`, {
      next: 'Say what you found out about how it ended.',
    })
  }
  await runStore.lockWorkspace(tx, (await runStore.get(tx, id)).workspaceId)
  const held = await runStore.lock(tx, id)
  if (held.run.status !== 'unknown') {
    throw conflict(`${name} is ${held.run.status}: there is nothing to recover`)
  }
  const serial = await recordRescue(tx, deps, { held, request: { ...request, reason } })
  const source = Buffer.isBuffer(request.state) ? 'given' : request.state
  const recovered = await runStore.move(tx, held.run, {
    to: 'failed',
    reason: `recovered by ${request.actor} with the ${source} state: ${reason}`,
    actor: request.actor,
    lease: 'lost',
  })
  await planStore.deleteFile(tx, id)
  if (source === 'live') await liveStateStore.remove(tx, id)
  await releaseLock(tx, deps, { run: held.run, actor: request.actor })
  await record(tx, {
    actor: request.actor,
    action: 'run.recover',
    subject: name,
    details: { state: source, reason, ...(serial === undefined ? {} : { serial }) },
  })
  return recovered
}

interface Rescue {
  readonly held: RunRecord
  readonly request: RecoverRequest
}

/** Serial of the version that was recorded; undefined when the current one stays. */
async function recordRescue(
  tx: Db,
  deps: RunDependencies,
  { held, request }: Rescue,
): Promise<number | undefined> {
  const { run } = held
  if (request.state === 'current') return undefined
  const bytes = request.state === 'live' ? await liveStateStore.bytes(tx, run.id) : request.state
  if (!bytes) {
    throw notFound(`no state of ${runName(run.id)} was seen while it was applying`, {
      next: 'Recover with the current state, or with a file that you have.',
    })
  }
  const lock = await rescueLock(tx, deps, { held, request })
  const result = await deps.state(tx).write(run.workspaceId, {
    bytes,
    actor: request.actor,
    cause: 'rescue',
    reason: request.reason,
    runId: run.id,
    authority: { kind: 'lock', lockId: lock.id },
  })
  // Thrown, so that nothing of it stays: the run is as unknown as before and its state is kept.
  if (result.kind === 'rejected') {
    throw conflict(`this state cannot become the current one: ${result.reason}`, {
      details: { code: result.code },
      next: 'Nothing was changed. Compare it with the current state, or recover with that one.',
    })
  }
  if (lock.kind === 'person') await deps.state(tx).unlock(run.workspaceId, lock.id, request.actor)
  return result.version.serial
}

/** The run's own lock; one of the rescuer's when somebody took it away from the run. */
async function rescueLock(tx: Db, deps: RunDependencies, { held, request }: Rescue): Promise<Lock> {
  const { run } = held
  const state = deps.state(tx)
  const lock = await state.heldLock(run.workspaceId)
  if (lock?.runId === run.id) return lock
  const since = (await runStore.databaseTime(tx)).toISOString()
  const id = `rescue of ${runName(run.id)} by ${request.actor.slice(0, 200)}, since ${since}`
  return state.lock(run.workspaceId, {
    id,
    kind: 'person',
    actor: request.actor,
    info: {
      ID: id,
      Operation: 'rescue',
      Info: request.reason.slice(0, 1000),
      Who: request.actor,
      Version: '',
      Created: since,
      Path: '',
    },
  })
}
