import { runName } from '../run.ts'
import type { PullRequestEvidence } from './change-evidence.ts'
import type { Evidence, Requirement } from './evidence.ts'

/** What a person can do about a requirement that is not met. */
export function wayOut({ name }: Requirement, { run, change }: Evidence): string {
  const its = runName(run.id)
  const known = change.known ? change.value : undefined
  switch (name) {
    case 'planned':
    case 'applicable':
      return run.changeId === undefined ? 'Start a new run.' : 'Apply its change: it plans again.'
    case 'approved':
      return `Look at the plan of ${its} and approve it.`
    case 'not-stale':
      return `Plan ${its} again and approve the new plan.`
    case 'state-safe':
      return 'Promote or dismiss the rejected state: portolan state rescue'
    case 'no-other-apply':
      return 'Wait until it ends; a run whose end nobody saw: portolan state rescue'
    case 'unlocked':
      return 'Wait until it is released, or ask its holder.'
    case 'override':
      return 'Let somebody who may decide it override the protection, with a reason.'
    case 'reserved':
      return 'Wait until it is let go of: by merging or closing that pull request, or by `portolan unlock` in it.'
    case 'current':
      return wayOfPullRequest(known?.pullRequest)
    case 'change':
      return 'Make a new change: portolan plan'
    case 'upstreams':
      return `Apply these first: portolan apply ${known?.name ?? ''}`.trimEnd()
    case 'promotion':
      return `Apply it there first: portolan apply -e ${known?.promotion.after ?? 'ENVIRONMENT'}`
    case 'gate':
      return `Let it be approved: portolan approve ${known?.name ?? its}`
    case 'window':
      return 'Apply it when the window is open.'
    case 'destroy-policy':
      return 'Change it so that nothing goes, or the `gate` of the environment in portolan.yaml.'
  }
}

function wayOfPullRequest(pullRequest: PullRequestEvidence | undefined): string {
  if (pullRequest?.isUntrusted) return 'Push its commits to a branch of the repository itself.'
  if (pullRequest?.status === 'closed') return 'Open it again, or make a new change.'
  if (pullRequest?.isHead === false) return 'Apply the plan of the newest head.'
  return pullRequest === undefined
    ? 'Try again in a moment.'
    : `Merge #${pullRequest.number}, and it is applied.`
}
