import type { Change, Counts, Result } from '../changes/index.ts'
import type { PullRequest } from './pull-request.ts'

/** What the verdict on a pull request is made of. */
export interface VerdictFacts {
  readonly pullRequest: Pick<
    PullRequest,
    | 'status'
    | 'headCommit'
    | 'isDraft'
    | 'isFork'
    | 'permittedCommit'
    | 'planned'
    | 'problem'
    | 'problemPlaces'
    | 'mergeProblem'
  >
  /** What was planned of it last; undefined where nothing is affected, or nothing of it may be seen. */
  readonly change: VerdictChange | undefined
}

export interface VerdictChange {
  readonly status: Change['status']
  readonly closedBecause: string | undefined
  /** What a server does with it at the moment. */
  readonly working: 'plan' | 'apply' | undefined
  readonly counts: Counts
  /** What people have to do next, by environment. */
  readonly waits: readonly { readonly environment: string; readonly to: 'approve' | 'apply' }[]
}

/** Where a pull request stands: one short sentence without a full stop. */
export function verdictOf({ pullRequest, change }: VerdictFacts): string {
  const { status, planned } = pullRequest
  if (status === 'closed') return 'closed'
  if (status === 'merged') return mergedVerdict(change)
  const before = beforePlanning(pullRequest)
  if (before !== undefined) return before
  if (planned?.changeId === undefined) return 'nothing to apply'
  // What nobody may show who asks.
  if (change === undefined) return 'planned'
  const { mergeProblem } = pullRequest
  if (change.status !== 'done') return changeVerdict(change)
  return `${changeVerdict(change)}${mergeProblem === undefined ? '' : `; not merged: ${mergeProblem}`}`
}

/** Why its head has no plan yet; undefined when it has. */
function beforePlanning(pullRequest: VerdictFacts['pullRequest']): string | undefined {
  const { problem, planned, headCommit, isDraft, isFork, permittedCommit } = pullRequest
  if (problem !== undefined) return placed(problem, pullRequest.problemPlaces)
  if (planned?.head === headCommit) return undefined
  if (permittedCommit === headCommit) return 'waits to be planned'
  if (isFork) return 'from a fork: it is planned when somebody says so'
  if (isDraft) return 'a draft: it is planned when it is ready, or when somebody says so'
  return planned === undefined ? 'waits to be planned' : 'its new head waits to be planned'
}

function placed(problem: string, [first, ...more]: readonly string[]): string {
  if (first === undefined) return problem
  return `${problem}: ${first}${more.length === 0 ? '' : ` and ${more.length} more`}`
}

/** What is applied after the merge is told until it is, and why it never will be. */
function mergedVerdict(change: VerdictChange | undefined): string {
  if (change?.status === 'closed' && change.closedBecause !== undefined) {
    return `merged; ${change.closedBecause}`
  }
  if (change?.status !== 'open') return 'merged'
  return `merged; ${changeVerdict(change)}`
}

function changeVerdict(change: VerdictChange): string {
  const { status, working, counts } = change
  if (status === 'cancelled') return 'discarded'
  if (status === 'closed') return 'waits to be planned again'
  if (status === 'done') return doneVerdict(counts)
  const total = sum(counts, results)
  if (working === 'plan') return `${total - sum(counts, unplanned)} of ${total} planned`
  if (working === 'apply') return `${sum(counts, settled)} of ${total} applied`
  return (
    troubleOf(counts, total) ?? waitsOf(change) ?? `${sum(counts, settled)} of ${total} applied`
  )
}

function doneVerdict(counts: Counts): string {
  return sum(counts, ['applied']) === 0 ? 'nothing differs from what is deployed' : 'all applied'
}

function troubleOf(counts: Counts, total: number): string | undefined {
  const { unknown = 0, failed = 0 } = counts
  if (unknown > 0) return `nobody saw how ${unknown} of ${total} ended`
  return failed > 0 ? `${failed} of ${total} failed` : undefined
}

function waitsOf({ waits }: VerdictChange): string | undefined {
  const approve = waits.filter(({ to }) => to === 'approve').map(({ environment }) => environment)
  if (approve.length > 0) return `waits for approval in ${approve.join(', ')}`
  const apply = waits.map(({ environment }) => environment)
  return apply.length === 0 ? undefined : `waits to be applied in ${apply.join(', ')}`
}

const unplanned: readonly Result[] = ['pending', 'planning', 'deferred', 'blocked']
const settled: readonly Result[] = ['applied', 'unchanged', 'skipped']
const results: readonly Result[] = [
  ...unplanned,
  ...settled,
  'planned',
  'provisional',
  'applying',
  'failed',
  'cancelled',
  'unknown',
]

function sum(counts: Counts, which: readonly Result[]): number {
  return which.reduce((all, one) => all + (counts[one] ?? 0), 0)
}
