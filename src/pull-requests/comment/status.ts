import type { ChangeNode, ChangeView } from '../../changes/index.ts'
import type { CommitStatus } from '../../forges/index.ts'
import { countsOf, signs } from './counts-text.ts'
import type { CommentFacts } from './facts.ts'
import { cut, oneLine } from './harmless.ts'
import { isDone } from './next-step.ts'
import { isOfHead, verdictText } from './render.ts'

/** GitHub's limit; other hosts take more. */
const DESCRIPTION = 140

/**
 * The statuses of a pull request's head: one for all of it, which a branch protection may demand, and
 * one for each workspace. The one for all of it is
 * - `success` when everything that is applied before the merge is applied or needs nothing, what merging
 *   applies is planned, or nothing is affected at all;
 * - `failure` when something failed, ended unseen, or the head cannot be planned;
 * - `pending` otherwise: planned is not yet applied.
 */
export function renderStatuses(facts: CommentFacts): CommitStatus[] {
  const view = isOfHead(facts) ? facts.view : undefined
  return [
    aggregate(facts, view),
    ...(view?.nodes ?? []).map((node) => workspaceStatus(facts, node)),
  ]
}

function aggregate(facts: CommentFacts, view: ChangeView | undefined): CommitStatus {
  const isEmpty = isOfHead(facts) && facts.pullRequest.problem === undefined && view === undefined
  return {
    context: 'portolan',
    state: isEmpty ? 'success' : aggregateState(facts, view),
    description: described(
      isEmpty ? 'nothing is affected' : (byMerging(facts, view) ?? verdictText(facts)),
    ),
    url: facts.urls.change,
  }
}

function aggregateState(facts: CommentFacts, view: ChangeView | undefined): CommitStatus['state'] {
  if (facts.pullRequest.problem !== undefined) return 'failure'
  if (view === undefined) return 'pending'
  const { failed = 0, unknown = 0 } = countsOf(view)
  if (failed + unknown > 0) return 'failure'
  const isOver = view.change.status === 'cancelled' || view.change.status === 'closed'
  return !isOver && isDone(facts, view) ? 'success' : 'pending'
}

/** What the verdict does not say: that the rest needs nothing but the merge. */
function byMerging(facts: CommentFacts, view: ChangeView | undefined): string | undefined {
  if (view === undefined || aggregateState(facts, view) !== 'success') return undefined
  const { planned = 0 } = countsOf(view)
  return planned === 0 ? undefined : `merging it applies ${planned}`
}

function workspaceStatus(facts: CommentFacts, node: ChangeNode): CommitStatus {
  const { run } = node
  return {
    context: `portolan/${oneLine(node.name)}`,
    state: workspaceState(facts, node),
    description: described(workspaceText(facts, node)),
    url: run === undefined ? facts.urls.change : facts.urls.run(run.id),
  }
}

function workspaceState(
  { afterMerge }: CommentFacts,
  { result, environment }: ChangeNode,
): CommitStatus['state'] {
  switch (result) {
    case 'applied':
    case 'unchanged':
    case 'skipped':
      return 'success'
    case 'failed':
    case 'unknown':
      return 'failure'
    case 'planned':
      return afterMerge.includes(environment) ? 'success' : 'pending'
    default:
      return 'pending'
  }
}

function workspaceText({ afterMerge }: CommentFacts, node: ChangeNode): string {
  const { result, run, because, environment } = node
  const plan = run?.summary === undefined ? '' : signs(run.summary) || 'no changes'
  switch (result) {
    case 'planned':
      return `${plan || 'planned'}, ${afterMerge.includes(environment) ? 'applied by merging' : 'not applied yet'}`
    case 'applied':
      return `applied ${plan}`.trim()
    case 'unknown':
      return 'nobody saw how it ended'
    default:
      return because === undefined ? result : `${result}: ${because}`
  }
}

function described(text: string): string {
  return cut(oneLine(text), DESCRIPTION)
}
