/** What somebody did, as it is read. */
export interface AuditRecord {
  readonly id: number
  readonly at: Date
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly details: Readonly<Record<string, string | number | boolean>>
}

/** Where something was done: all of what is absent. */
export interface AuditPlace {
  readonly project?: string | undefined
  readonly environment?: string | undefined
}

export interface AuditQuery {
  readonly subject?: string | undefined
  readonly actor?: string | undefined
  /** Only what was done at one of these places. Of what is nowhere, everywhere is asked for. */
  readonly places: readonly AuditPlace[]
  /** Only older ones than this. */
  readonly before?: number | undefined
  readonly limit: number
}
