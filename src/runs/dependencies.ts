import type { Seal } from '../secrets/index.ts'
import type { createStateService } from '../state/index.ts'
import type { ChangeEvidence } from './applies/change-evidence.ts'
import type { Run } from './run.ts'

/** A database, or a transaction that is joined. */
type Db = Parameters<typeof createStateService>[0]

/** What runs ask of the changes that they belong to. */
export interface Changes {
  /** Looked up in the transaction that decides. */
  evidence(db: Db, run: Run): Promise<ChangeEvidence | undefined>
  /** Of these changes those whose place a newer one may take: of the same pull request, or of none like it. */
  replaceable(
    db: Db,
    those: { readonly changeIds: readonly number[]; readonly by: number },
  ): Promise<ReadonlySet<number>>
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
  /** Without it no run of a change may be applied: what its change asks for could not be checked. */
  readonly changes?: Changes
}
