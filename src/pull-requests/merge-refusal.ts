import type { PullRequest } from './pull-request.ts'

/** What has to be known of a pull request before it is merged. */
export interface MergeFacts {
  readonly pullRequest: Pick<
    PullRequest,
    'status' | 'headCommit' | 'isDraft' | 'planned' | 'problem'
  >
  /** Names of the workspaces that are to be applied before the merge, and are not. */
  readonly unapplied: readonly string[]
}

/** Why it cannot be merged: a sentence without a full stop. Undefined: it can, as far as is known here. */
export function mergeRefusal({ pullRequest, unapplied }: MergeFacts): string | undefined {
  const { status, headCommit, isDraft, planned, problem } = pullRequest
  if (status !== 'open') return `it is ${status}`
  if (isDraft) return 'it is a draft'
  if (problem !== undefined) return problem
  if (planned?.head !== headCommit) return 'its head is not planned yet'
  const [first, ...more] = unapplied
  if (first === undefined) return undefined
  return more.length === 0
    ? `${first} is not applied`
    : `${unapplied.length} workspaces are not applied: ${first} …`
}
