import { type Db, inTransaction } from '../../platform/db/db.ts'
import { conflict, invalid } from '../../platform/errors.ts'
import { inspectState } from '../../state/index.ts'
import type { RunDependencies } from '../dependencies.ts'
import type { Lease } from '../leases/lease.ts'
import * as leaseStore from '../leases/lease-store.ts'
import * as logStore from '../logs/log-store.ts'
import { type Run, runName } from '../run.ts'
import type { RunRecord } from '../run-row-store.ts'
import * as runStore from '../run-store.ts'
import * as liveStateStore from './live-state-store.ts'

/** A state that reached Portolan in another way than as the end of an apply. */
export interface SeenState {
  readonly run: Run
  readonly fence: number
  readonly bytes: Buffer
}

/** Keeps what the runner sees of the state while it applies: one row, only newer ones count. */
export async function keepLiveState(db: Db, lease: Lease, bytes: Buffer): Promise<void> {
  const inspection = inspectState(bytes)
  if (inspection.kind === 'malformed') throw invalid(inspection.reason)
  const packed = await liveStateStore.pack(bytes, inspection.header)
  await inTransaction(db, async (tx) => {
    const record = await leaseStore.lockLeased(tx, lease)
    const fence = applyingFence(record, lease)
    await liveStateStore.keep(tx, { id: lease.runId, fence }, packed)
  })
}

/** The fence of an apply that this lease holds. @throws AppError `conflict` */
export function applyingFence({ run, fence }: RunRecord, lease: Lease): number {
  if (run.status === 'applying' && fence !== undefined && fence === lease.fence) return fence
  throw conflict(`${runName(run.id)} is ${run.status}: this lease is not for an apply of it`)
}

/** Keeps the last state of an apply whose end is not known; what is no state goes to quarantine. */
export async function keepSeen(
  tx: Db,
  deps: RunDependencies,
  { run, fence, bytes }: SeenState,
): Promise<void> {
  const inspection = inspectState(bytes)
  if (inspection.kind === 'malformed') return quarantine(tx, deps, { run, fence, bytes })
  const packed = await liveStateStore.pack(bytes, inspection.header)
  await liveStateStore.keep(tx, { id: run.id, fence }, packed)
}

/**
 * The state of an apply whose runner was taken for dead and comes back with it. It ends nothing,
 * but no state is thrown away: while the run is frozen it is the newest that was seen of it, and
 * afterwards the state engine refuses its old fence and keeps it in quarantine.
 */
export async function keepLate(
  db: Db,
  deps: RunDependencies,
  late: { readonly lease: Lease; readonly bytes: Buffer },
): Promise<void> {
  const { lease, bytes } = late
  const { fence } = lease
  if (fence === undefined) return
  await inTransaction(db, async (tx) => {
    await runStore.lockWorkspace(tx, (await runStore.get(tx, lease.runId)).workspaceId)
    const record = await runStore.lock(tx, lease.runId)
    const { run } = record
    const frozen = run.status === 'unknown' || run.status === 'applying'
    const keep = frozen && record.fence === fence ? keepSeen : quarantine
    await keep(tx, deps, { run, fence, bytes })
    await logStore.appendEvent(tx, run.id, { type: 'late-state', data: { bytes: bytes.length } })
  })
}

async function quarantine(
  tx: Db,
  deps: RunDependencies,
  { run, fence, bytes }: SeenState,
): Promise<void> {
  await deps.state(tx).write(run.workspaceId, {
    bytes,
    actor: run.actor,
    cause: run.operation,
    runId: run.id,
    authority: { kind: 'fence', fence },
  })
}
