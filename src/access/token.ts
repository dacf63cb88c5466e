/** What an API token may permit. `admin` permits everything. */
export const permissions = [
  'state:read',
  'state:write',
  'state:force-unlock',
  'state:read-raw',
  'admin',
] as const

export type Permission = (typeof permissions)[number]

/** Who a request comes from, proved by a token. */
export interface Principal {
  /** The token's name: the actor of what it does. */
  readonly name: string
  readonly permissions: readonly Permission[]
}

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

export function permits(principal: Principal, permission: Permission): boolean {
  return principal.permissions.includes(permission) || principal.permissions.includes('admin')
}
