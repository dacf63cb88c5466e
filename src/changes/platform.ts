/** A project as its repository's head has it. */
export interface Platform {
  readonly project: string
  /** Declared ones, in the order of promotion. */
  readonly environments: readonly string[]
  readonly headCommit: string | undefined
  readonly headSubject: string | undefined
  readonly fetchedAt: Date | undefined
  readonly fetchError: string | undefined
}
