/** A local account. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly fullName: string
  /** `invited` until they have chosen a password. */
  readonly status: 'invited' | 'active' | 'disabled'
  readonly teams: readonly string[]
  readonly createdBy: string
  readonly createdAt: Date
  /** Exact to a minute; of tokens nothing is known here. */
  readonly lastSeenAt: Date | undefined
}

/** People that are approved, granted and audited together. */
export interface Team {
  readonly name: string
  readonly members: readonly string[]
  readonly createdBy: string
  readonly createdAt: Date
}

/** An account as signing in needs it: never leaves this slice. */
export interface Account {
  readonly id: string
  readonly name: string
  readonly fullName: string
  /** As it is stored: parameters, salt and hash. */
  readonly password: string | undefined
  readonly enabled: boolean
}
