/** A runner's hold on one phase of a run; once it is over by the database's clock anybody may end it. */
export interface Lease {
  readonly runId: number
  /** Uuid that only its holder knows. */
  readonly token: string
  /** Of the lock that an apply holds; undefined while planning. */
  readonly fence: number | undefined
  readonly expiresAt: Date
}

/** A runner that renews every third of it survives two lost renewals. */
export const LEASE_SECONDS = 60
