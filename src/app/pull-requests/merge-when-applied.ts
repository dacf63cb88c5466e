import type { ChangeView } from '../../changes/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { PullRequest } from '../../pull-requests/index.ts'
import type { Context } from '../context.ts'
import { guardsChangedBy } from './base-rules.ts'
import { environmentsAfter, unappliedIn } from './before-merge.ts'
import type { Look } from './looking.ts'

/**
 * Merges a pull request of which everything is applied that is to be applied before it. `later`: its
 * host cannot say yet whether it can be.
 */
export async function mergeWhenApplied(
  context: Context,
  look: Look,
): Promise<'merged' | 'later' | undefined> {
  const { rules, forge, observed } = look
  const pullRequest = await look.pullRequest()
  const view = await look.view()
  if (rules.merge === 'manual' || observed.isDraft || view === undefined) return undefined
  if (!isApplied(pullRequest, view)) return undefined
  const guards = await guardsChangedBy(context, look.project, pullRequest.planned)
  if (guards.length > 0) {
    const what = guards.slice(0, 3).join(', ')
    await context.pullRequests.saveMergeProblem(
      pullRequest.id,
      `it changes ${what}, which somebody has to merge by hand`,
    )
    return undefined
  }
  try {
    await forge.merge(observed.number, {
      head: pullRequest.headCommit,
      base: pullRequest.planned?.base,
      method: rules.method,
      actor: view.change.actor,
    })
    await context.pullRequests.saveMergeProblem(pullRequest.id, undefined)
    return 'merged'
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code === 'unavailable') return 'later'
    await context.pullRequests.saveMergeProblem(pullRequest.id, error.message)
    return undefined
  }
}

/** Whether the head, as it is now, was applied by this change, and not merely found to be the same. */
function isApplied({ planned, headCommit }: PullRequest, view: ChangeView): boolean {
  const { change, nodes } = view
  if (planned?.head !== headCommit || change.operation !== 'apply') return false
  const later = environmentsAfter(view)
  const isAny = nodes.some(
    ({ environment, result }) => result === 'applied' && !later.includes(environment),
  )
  return isAny && unappliedIn(view).length === 0
}
