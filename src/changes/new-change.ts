import type { RunOptions, RunSource } from '../runs/index.ts'
import type { Change, ChangeEnvironment, ChangeNode, ChangePullRequest } from './change.ts'

/** A change that is to be made, with a run for each of its workspaces. */
export interface NewChange
  extends Pick<Change, 'projectId' | 'operation' | 'reason' | 'actor' | 'source' | 'options'> {
  /** With the id of its record. */
  readonly pullRequest?: (ChangePullRequest & { readonly id: number }) | undefined
  readonly environments: readonly ChangeEnvironment[]
  /** In any order. */
  readonly nodes: readonly NewChangeNode[]
}

export interface NewChangeNode
  extends Pick<
    ChangeNode,
    | 'workspaceId'
    | 'name'
    | 'kind'
    | 'reasons'
    | 'needs'
    | 'skipped'
    | 'orphan'
    | 'sourceDigest'
    | 'definitionDigest'
  > {
  /**
   * Whether its component also exists in the environment that its own comes `after`, and so has to
   * have proven itself there before.
   */
  readonly promoted: boolean
  /** Of its run. */
  readonly source: RunSource
  readonly options: RunOptions
}
