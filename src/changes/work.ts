/** What a server has still to do for a change. */
export interface Work {
  readonly changeId: number
  readonly task: 'plan' | 'apply'
  /** How, as whoever asked for it said it. */
  readonly request: WorkRequest
  readonly actor: string
  /** Somebody wants it to end. */
  readonly isCancelled: boolean
}

export interface WorkRequest {
  readonly personId?: string | undefined
  /** Go no further than these environments. */
  readonly environments?: readonly string[] | undefined
  /** Only these of them. */
  readonly workspaces?: readonly string[] | undefined
  readonly approve?: 'planned' | 'automatic' | 'none'
  readonly override?: string | undefined
  readonly retry?: boolean
  readonly parallel?: number | undefined
  readonly failFast?: boolean
}

/** The right of one process to do a work, until its time is over. */
export interface WorkLease {
  readonly changeId: number
  readonly token: string
}

/** Work that is held, and whether somebody began it before and was lost. */
export interface HeldWork extends Work {
  readonly lease: WorkLease
  readonly isTakenOver: boolean
}
