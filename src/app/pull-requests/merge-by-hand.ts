import type { MergeMethod } from '../../forges/index.ts'
import { conflict } from '../../platform/errors.ts'
import { mergeRefusal, type PullRequest } from '../../pull-requests/index.ts'
import type { Context } from '../context.ts'
import { guardsChangedBy } from './base-rules.ts'
import { environmentsAfter, unappliedIn } from './before-merge.ts'
import { refreshSeen } from './proposals.ts'

export interface MergeByHand {
  readonly number: number
  /** That was looked at. */
  readonly head: string
  /** Undefined: merge. */
  readonly method: MergeMethod | undefined
  readonly actor: string
  /**
   * Throws where who asks may not apply: merging applies in environments that come after it, and what
   * nobody had to apply may still change the rules of every environment (undefined).
   */
  readonly demandApply: (environment: string | undefined) => void
  /** Only what who asks may read is named to them. */
  readonly mayRead: (environment: string) => boolean
}

/**
 * Merges a pull request because somebody says so, when all is applied that is to be applied before.
 * @throws AppError `conflict` with why not
 */
export async function mergePullRequest(
  context: Context,
  project: { readonly id: string; readonly name: string },
  { number, head, method = 'merge', actor, demandApply, mayRead }: MergeByHand,
): Promise<PullRequest> {
  const pullRequest = await context.pullRequests.get(project.id, number)
  const { planned, headCommit, headBranch } = pullRequest
  const view =
    planned?.changeId === undefined ? undefined : await context.changes.view(planned.changeId)
  const guards = await guardsChangedBy(context, project, planned)
  if (view === undefined || guards.length > 0) demandApply(undefined)
  for (const environment of environmentsAfter(view)) demandApply(environment)
  const because =
    headCommit === head
      ? mergeRefusal({ pullRequest, unapplied: unappliedIn(view, mayRead) })
      : `${headBranch} moved since it was looked at`
  if (because !== undefined) {
    throw conflict(`#${number} cannot be merged: ${because}`, { next: 'Look at it again.' })
  }
  const forge = await context.forges.open(project.id)
  await forge.merge(number, { head, method, actor, base: planned?.base })
  return refreshSeen(context, pullRequest)
}
