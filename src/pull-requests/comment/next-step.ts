import { type ChangeView, isSettled } from '../../changes/index.ts'
import type { CommentFacts } from './facts.ts'
import { digestOfPlans, SHOWN_DIGITS } from './plans-digest.ts'

/** What is to be done next, or what happens by itself; empty where nothing is. */
export function nextStep(facts: CommentFacts): string {
  const { pullRequest, view, word } = facts
  const { status, headCommit, planned, isDraft, isFork, permittedCommit } = pullRequest
  if (status !== 'open') return ''
  if (pullRequest.problem !== undefined) return pullRequest.problemNext ?? ''
  if (planned?.head !== headCommit) {
    const waits = (isDraft || isFork) && permittedCommit !== headCommit
    return waits ? `\`${word} plan\` plans it.` : ''
  }
  return view === undefined ? '' : changeStep(facts, view)
}

function changeStep(facts: CommentFacts, view: ChangeView): string {
  const { word, working, waits, urls } = facts
  const has = (...results: readonly string[]) =>
    view.nodes.some(({ result }) => results.includes(result))
  if (view.change.status === 'cancelled' || view.change.status === 'closed') {
    return `\`${word} plan\` plans it again.`
  }
  if (working !== undefined) return ''
  if (has('unknown')) return `Somebody has to say which state is true: ${urls.change}`
  if (has('failed', 'cancelled')) {
    return `Push what repairs it, or \`${word} resume\` starts again at what failed.`
  }
  if (waits.some(({ to }) => to === 'approve')) {
    const digest = digestOfPlans(view)?.slice(0, SHOWN_DIGITS) ?? ''
    return `Who may comments \`${`${word} approve ${digest}`.trim()}\`.`
  }
  if (waits.length > 0) return `\`${word} apply\` applies it.`
  return isDone(facts, view) ? mergeStep(facts, view) : ''
}

function mergeStep({ merge, pullRequest }: CommentFacts, { nodes }: ChangeView): string {
  // The verdict or a note says why.
  if (pullRequest.mergeProblem !== undefined) return ''
  if (merge === 'automatic') return 'It merges by itself.'
  return nodes.every(({ result }) => isSettled(result))
    ? 'It can be merged.'
    : 'Merging it applies the rest.'
}

/** Everything that is applied before the merge is as it should be. */
export function isDone(
  { afterMerge }: Pick<CommentFacts, 'afterMerge'>,
  { nodes }: Pick<ChangeView, 'nodes'>,
): boolean {
  return nodes.every(
    ({ result, environment }) =>
      isSettled(result) || (result === 'planned' && afterMerge.includes(environment)),
  )
}
