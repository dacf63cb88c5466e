/** Why a state version was made. `client` is a write through the `http` door by a plain Terraform. */
export type Cause =
  | 'apply'
  | 'destroy'
  | 'refresh'
  | 'import'
  | 'push'
  | 'mv'
  | 'rm'
  | 'taint'
  | 'client'
  | 'rollback'
  | 'adopt'
  | 'rescue'

/** Resource instances of a state and what changed against the version before it. */
export interface ResourceCounts {
  readonly total: number
  readonly added: number
  readonly changed: number
  readonly removed: number
  readonly moved: number
}

/** One recorded state of a workspace, without its bytes. */
export interface StateVersion {
  readonly id: string
  readonly workspaceId: string
  /** Its place in the workspace's log: 1, 2, 3, … The current state is the highest. */
  readonly number: number
  readonly lineage: string
  readonly serial: number
  /** sha256 of the exact bytes, lowercase hex. */
  readonly sha256: string
  /** Bytes, uncompressed. */
  readonly size: number
  readonly cause: Cause
  readonly reason: string | undefined
  readonly actor: string
  readonly runId: number | undefined
  readonly lockId: string | undefined
  readonly terraformVersion: string | undefined
  /** Undefined when the state cannot be read (encrypted by OpenTofu). */
  readonly counts: ResourceCounts | undefined
  readonly outputsChanged: readonly string[] | undefined
  readonly createdAt: Date
}

/** Terraform's lock information, as its `http` backend sends it. */
export interface LockInfo {
  readonly ID: string
  readonly Operation: string
  readonly Info: string
  readonly Who: string
  readonly Version: string
  readonly Created: string
  readonly Path: string
}

export type LockKind = 'client' | 'person' | 'run'

/** A lock that is held on a workspace. Its id is readable text: old clients show nothing else. */
export interface Lock {
  readonly workspaceId: string
  readonly id: string
  readonly kind: LockKind
  readonly runId: number | undefined
  readonly actor: string
  readonly info: LockInfo
  /** Grows with every lock ever taken on the workspace. */
  readonly fence: number
  readonly createdAt: Date
}

/** A rejected upload, kept whole until a person promotes or dismisses it. */
export interface QuarantinedState {
  readonly id: string
  readonly workspaceId: string
  readonly sha256: string
  readonly size: number
  readonly lineage: string | undefined
  readonly serial: number | undefined
  readonly code: RejectionCode
  readonly reason: string
  readonly actor: string
  readonly runId: number | undefined
  readonly lockId: string | undefined
  /** The uploader held the lock or the fence: new applies are refused until this is resolved. */
  readonly atRisk: boolean
  readonly createdAt: Date
  readonly resolution: 'promoted' | 'dismissed' | undefined
  readonly resolvedBy: string | undefined
}

export type RejectionCode =
  | 'lineage'
  | 'serial'
  | 'lock'
  | 'fence'
  | 'empty'
  | 'shrink'
  | 'malformed'
