import type { ForgeSettings } from './connection.ts'
import type { Forge, ForgeKind } from './forge.ts'

/** The hosts of projects' repositories. */
export interface ForgeService {
  /** The host of a project's repository; plain git when none is set. @throws AppError `not_found` */
  open(projectId: string): Promise<Forge>
  /** How it is set up: usual settings for plain git. */
  setUp(projectId: string): Promise<{
    readonly kind: ForgeKind
    /** What people call it: `github.com`; undefined for plain git. */
    readonly host: string | undefined
    readonly settings: ForgeSettings
  }>
}
