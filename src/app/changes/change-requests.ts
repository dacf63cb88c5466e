import type { Manifest } from '../../manifest/index.ts'
import type { Location } from '../../projects/index.ts'
import type { RunOptions } from '../../runs/index.ts'

/** What somebody wants to be changed: workspaces of a manifest, in the working tree as it is. */
export interface PlanChangeRequest {
  /** Root of the repository. */
  readonly location: Location
  readonly manifest: Manifest
  readonly operation: 'apply' | 'destroy'
  /** Names of the workspaces, each with the reasons why it takes part. */
  readonly workspaces: ReadonlyMap<string, readonly string[]>
  /** What was typed to select them, recorded. */
  readonly selection: string
  /** Why; the subject of the commit when undefined. */
  readonly reason: string | undefined
  /** `--set name=value`. */
  readonly set: Readonly<Record<string, string>>
  readonly force: boolean
  /** What each run of it does otherwise than usual: `-target` of a single workspace, `-refresh=false`. */
  readonly runs?: Partial<Pick<RunOptions, 'targets' | 'replace' | 'refresh' | 'parallelism'>>
  readonly parallel: number | undefined
  readonly failFast: boolean
}

export interface ApplyChangeRequest {
  readonly location: Location
  readonly manifest: Manifest
  readonly changeId: number
  /** Go no further than these environments; undefined: as far as gates allow. */
  readonly environments: readonly string[] | undefined
  /**
   * `planned`: who applies approves each plan as it comes, but where a gate asks for approvals.
   * `automatic`: the same, in environments that are automatic only.
   */
  readonly approve: 'planned' | 'automatic' | 'none'
  /** Why protected resources may go. */
  readonly override: string | undefined
  readonly parallel: number | undefined
  readonly failFast: boolean
  /** Start again at what failed, was cancelled or is blocked. */
  readonly retry: boolean
}

export interface ApproveChangeRequest {
  readonly changeId: number
  readonly actor: string
  readonly environments: readonly string[] | undefined
  readonly workspaces: readonly string[] | undefined
  readonly override: string | undefined
}
