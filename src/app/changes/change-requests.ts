import type { NewChange } from '../../changes/index.ts'
import type { Manifest } from '../../manifest/index.ts'
import type { Location } from '../../projects/index.ts'
import type { RunOptions } from '../../runs/index.ts'

/** What somebody wants to be changed: workspaces of a manifest, in the working tree as it is. */
export interface PlanChangeRequest {
  /** Root of the repository. */
  readonly location: Location
  readonly manifest: Manifest
  /** The manifest of the project's head, where that says what must hold before an apply. */
  readonly guards?: Manifest | undefined
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
  readonly runs?: Partial<
    Pick<RunOptions, 'targets' | 'replace' | 'refresh' | 'parallelism' | 'imports'>
  >
  readonly parallel: number | undefined
  readonly failFast: boolean
  /** Of which pull request it is made, if of any. */
  readonly pullRequest?: NewChange['pullRequest']
  /** It comes from who may not push to the repository. */
  readonly untrusted?: boolean | undefined
}

export interface ApplyChangeRequest {
  readonly location: Location
  readonly manifest: Manifest
  /** The manifest of the project's head, where that says what must hold before an apply. */
  readonly guards?: Manifest | undefined
  readonly changeId: number
  /** Go no further than these environments; undefined: as far as gates allow. */
  readonly environments: readonly string[] | undefined
  /** Only these of them; undefined: all. What they need must be applied already, or be among them. */
  readonly workspaces?: readonly string[] | undefined
  /**
   * `planned`: who applies approves each plan as it comes, but where a gate asks for approvals.
   * `automatic`: the same, in environments that are automatic only.
   */
  readonly approve: 'planned' | 'automatic' | 'none'
  /** Of who applies, when they are known by more than the name that git gives. */
  readonly personId?: string | undefined
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
  /** Of who approves, when they are known by more than the name that git gives. */
  readonly personId?: string | undefined
  /** By workspace: the plan that was looked at; one that was made again since is not approved. */
  readonly digests?: Readonly<Record<string, string>> | undefined
  readonly environments: readonly string[] | undefined
  readonly workspaces: readonly string[] | undefined
  readonly override: string | undefined
}
