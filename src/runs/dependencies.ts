import type { Seal } from '../secrets/index.ts'
import type { createStateService } from '../state/index.ts'

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
}
