import { type Db, inTransaction } from '../../platform/db/db.ts'
import { AppError, conflict } from '../../platform/errors.ts'
import { inspectState, type WriteResult } from '../../state/index.ts'
import type { RunDependencies } from '../dependencies.ts'
import type { Lease } from '../leases/lease.ts'
import * as leaseStore from '../leases/lease-store.ts'
import type { ApplyOutcome } from '../outcome.ts'
import * as planStore from '../plans/plan-store.ts'
import { closeRun } from '../plans/supersede-service.ts'
import { type Run, runName } from '../run.ts'
import * as runStore from '../run-store.ts'
import { applyingFence, keepLate, keepSeen, type SeenState } from './live-state-service.ts'
import * as liveStateStore from './live-state-store.ts'

interface FinishedApply {
  readonly lease: Lease
  readonly outcome: ApplyOutcome
}

/**
 * Ends an apply in one transaction: state version, status, plan file, lock. A runner that lost its
 * lease ends nothing; the state that it brings is kept all the same.
 */
export async function finishApplying(
  db: Db,
  deps: RunDependencies,
  { lease, outcome }: FinishedApply,
): Promise<Run> {
  try {
    return await inTransaction(db, async (tx) => {
      await runStore.lockWorkspace(tx, (await runStore.get(tx, lease.runId)).workspaceId)
      return finish(tx, deps, { lease, outcome })
    })
  } catch (error) {
    const isLost = error instanceof AppError && error.details['lease'] === 'lost'
    if (isLost && outcome.state) await keepLate(db, deps, { lease, bytes: outcome.state })
    throw error
  }
}

async function finish(
  tx: Db,
  deps: RunDependencies,
  { lease, outcome }: FinishedApply,
): Promise<Run> {
  if (lease.fence === undefined) {
    throw conflict(`this lease on ${runName(lease.runId)} is for planning, not for an apply`)
  }
  const finished = await leaseStore.alreadyFinished(tx, lease)
  if (finished) return finished
  const held = await leaseStore.lockLeased(tx, lease)
  const fence = applyingFence(held, lease)
  const { run } = held
  if (outcome.kind === 'unknown') {
    if (outcome.state) await keepSeen(tx, deps, { run, fence, bytes: outcome.state })
    return leaveUnknown(tx, run, { reason: outcome.reason, lease: 'done' })
  }
  const seen = await liveStateStore.find(tx, run.id)
  const older = outcome.state && seen && isOlder(outcome.state, seen)
  if (older) return leaveUnknown(tx, run, { reason: older, lease: 'done' })
  // Without a state from the runner the last one that was seen is what Terraform left.
  const bytes = outcome.state ?? (await liveStateStore.bytes(tx, run.id))
  const result = bytes && (await writeState(tx, deps, { run, fence, bytes }))
  if (result?.kind === 'rejected') {
    const reason = `Terraform ended, but its state was rejected and is in quarantine: ${result.reason}`
    return leaveUnknown(tx, run, { reason, lease: 'done' })
  }
  const reason = reasonOf(run, outcome)
  const ended = await runStore.move(tx, run, {
    to: outcome.kind,
    ...(reason === undefined ? {} : { reason }),
    lease: 'done',
  })
  await tidyUp(tx, deps, run)
  if (result?.kind === 'written') await closeStale(tx, run, result.version.serial)
  return ended
}

function reasonOf(run: Run, outcome: ApplyOutcome): string | undefined {
  if (outcome.kind === 'failed') return outcome.reason
  if (outcome.kind !== 'cancelled') return undefined
  return `cancelled by ${run.cancelRequestedBy ?? run.actor} while it was applying`
}

/** Terraform counts its serial up: what it left cannot be older than what it wrote before. */
function isOlder(
  state: Buffer,
  seen: { readonly lineage: string; readonly serial: number },
): string | undefined {
  const inspection = inspectState(state)
  if (inspection.kind === 'malformed') return undefined
  const { lineage, serial } = inspection.header
  if (lineage !== seen.lineage || serial >= seen.serial) return undefined
  return `the state that Terraform left (serial ${serial}) is older than the one that was seen before (serial ${seen.serial})`
}

function writeState(
  tx: Db,
  deps: RunDependencies,
  { run, fence, bytes }: SeenState,
): Promise<WriteResult> {
  return deps.state(tx).write(run.workspaceId, {
    bytes,
    actor: run.actor,
    cause: run.operation,
    runId: run.id,
    authority: { kind: 'fence', fence },
  })
}

/** Nobody saw how the apply ended: the lock stays, and the run has no way on but a person's. */
export async function leaveUnknown(
  tx: Db,
  run: Run,
  end: { readonly reason: string; readonly lease: 'done' | 'lost' },
): Promise<Run> {
  const seen = await liveStateStore.find(tx, run.id)
  const kept = seen
    ? `what was last seen of its state (serial ${seen.serial}) is kept`
    : 'nothing was seen of its state'
  return runStore.move(tx, run, {
    to: 'unknown',
    reason: `${end.reason}; ${kept}, and the workspace stays locked until a person decides: portolan state rescue`,
    lease: end.lease,
  })
}

/** After an apply: the file with the secrets goes, so does what was seen on the way, and the lock. */
async function tidyUp(tx: Db, deps: RunDependencies, run: Run): Promise<void> {
  await planStore.deleteFile(tx, run.id)
  await liveStateStore.remove(tx, run.id)
  await releaseLock(tx, deps, { run, actor: run.actor })
}

/** Releases the run's lock; one that was taken away from it is no business of its own any more. */
export async function releaseLock(
  tx: Db,
  deps: RunDependencies,
  { run, actor }: { readonly run: Run; readonly actor: string },
): Promise<void> {
  const state = deps.state(tx)
  const held = await state.heldLock(run.workspaceId)
  if (held?.runId === run.id) await state.unlock(run.workspaceId, held.id, actor)
}

/** Older plans of the workspace were made from a state that is not current any more. */
async function closeStale(tx: Db, run: Run, serial: number): Promise<void> {
  const reason = `superseded by ${runName(run.id)}, which moved the state to serial ${serial}`
  for (const older of await runStore.live(tx, run.workspaceId)) {
    if (older.id >= run.id || older.status !== 'planned') continue
    const held = (await runStore.lock(tx, older.id)).run
    if (held.status === 'planned') await closeRun(tx, held, reason)
  }
}
