import type { Permission, Principal, Scope } from '../principal.ts'

/** A token as it is listed: never its text, which is shown once and stored nowhere. */
export interface TokenRecord {
  readonly id: string
  readonly name: string
  readonly permissions: readonly Permission[]
  /** Whose it is: it may never do more than they. Undefined: it stands for itself. */
  readonly personId: string | undefined
  readonly person: string | undefined
  readonly project: string | undefined
  readonly environment: string | undefined
  readonly createdBy: string
  readonly createdAt: Date
  readonly expiresAt: Date | undefined
  /** Exact to a minute. */
  readonly lastUsedAt: Date | undefined
  readonly revokedAt: Date | undefined
}

/** What the token permits by itself: all that one may do that is nobody's, the most that a person's may. */
export function scopeOf({ permissions, project, environment }: TokenRecord): Scope {
  return { permissions, project, environment }
}

/** Whether the token is the principal's own, or the principal itself. */
export function isOwn(token: TokenRecord, principal: Principal): boolean {
  if (token.personId !== undefined) return token.personId === principal.personId
  return principal.personId === undefined && token.name === principal.name
}
