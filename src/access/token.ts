import type { Permission } from './principal.ts'

/** A token as it is listed: never its text, which is shown once and stored nowhere. */
export interface TokenRecord {
  readonly id: string
  readonly name: string
  readonly permissions: readonly Permission[]
  readonly createdBy: string
  readonly createdAt: Date
  readonly expiresAt: Date | undefined
  /** Exact to a minute. */
  readonly lastUsedAt: Date | undefined
  readonly revokedAt: Date | undefined
}
