import type { Seal } from '../secrets/index.ts'
import type { createStateService } from '../state/index.ts'
import type { ChangeEvidence, ReservationEvidence } from './applies/change-evidence.ts'
import type { Run } from './run.ts'

/** A database, or a transaction that is joined. */
type Db = Parameters<typeof createStateService>[0]

/** What runs ask of the changes that they belong to. */
export interface Changes {
  /** Before anything else of a run is held: its pull request stays as it is until the transaction ends. */
  hold(db: Db, run: Run): Promise<void>
  /** Looked up in the transaction that decides. */
  evidence(db: Db, run: Run): Promise<ChangeEvidence | undefined>
  /** Of these changes those whose place a newer one may take: of the same pull request, or of none like it. */
  replaceable(
    db: Db,
    those: { readonly changeIds: readonly number[]; readonly by: number },
  ): Promise<ReadonlySet<number>>
  /** Also of a run that belongs to no change. */
  reservation(db: Db, run: Run): Promise<ReservationEvidence>
  /**
   * Takes hold of the run's workspace for its pull request, or waits for whoever holds it: in the
   * transaction that approves the plan or starts the apply.
   */
  reserve(db: Db, run: Run): Promise<void>
  /** Runs of these changes were closed, because runs of a newer one have taken their place. */
  superseded(
    db: Db,
    those: { readonly changeIds: readonly number[]; readonly by: number },
  ): Promise<void>
}

/** What the services of this slice work with. */
export interface RunDependencies {
  /** The state engine on a database, or joined to a transaction. */
  readonly state: typeof createStateService
  /** Seals plan files: they hold secrets in clear text. */
  readonly seal: Seal
  /**
   * Whether the author of a run may override the protection in it. Only where one person works
   * alone on a machine; without it somebody else must.
   */
  readonly selfOverride?: boolean
  /** Without it no run may be applied: what its change asks for, and who goes before it, could not be checked. */
  readonly changes?: Changes
}
