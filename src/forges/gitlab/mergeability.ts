import type { Mergeability } from '../forge.ts'
import { isOwnContext } from '../own-context.ts'
import { shownText } from '../shown-text.ts'
import type { StatusAnswer } from './schema.ts'

/** What GitLab's `detailed_merge_status` says; `pipeline` when it depends on which jobs are not done. */
export function readMergeStatus(status: string): Mergeability | 'pipeline' {
  if (status === 'mergeable') return { mergeable: true, because: undefined }
  if (status === 'ci_must_pass' || status === 'ci_still_running') return 'pipeline'
  const because = reasons.get(status)
  if (undecided.has(status)) return { mergeable: undefined, because: undefined }
  return { mergeable: false, because: because ?? `GitLab says ${shownText(status, 80)}` }
}

const undecided = new Set(['unchecked', 'checking', 'preparing', 'approvals_syncing'])

const reasons: ReadonlyMap<string, string> = new Map([
  ['blocked_status', 'another merge request must be merged first'],
  ['merge_request_blocked', 'another merge request must be merged first'],
  ['broken_status', 'it conflicts with its target branch'],
  ['commits_status', 'its source branch is gone or has no commits'],
  ['conflict', 'it conflicts with its target branch'],
  ['discussions_not_resolved', 'it has threads that are not resolved'],
  ['draft_status', 'it is a draft'],
  ['external_status_checks', 'a status check did not pass'],
  ['jira_association_missing', 'its title or description names no Jira issue'],
  ['locked_lfs_files', 'it changes LFS files that somebody has locked'],
  ['locked_paths', 'it changes paths that somebody has locked'],
  ['merge_time', 'it may be merged only after a set time'],
  ['need_rebase', 'it must be rebased onto its target branch'],
  ['not_approved', 'it lacks approvals that GitLab requires'],
  ['not_open', 'it is not open'],
  ['policies_denied', 'a security policy denies it'],
  ['requested_changes', 'a reviewer has requested changes'],
  ['security_policy_pipeline_check', 'a pipeline that a security policy requires did not pass'],
  ['security_policy_violations', 'it violates a security policy'],
  ['status_checks_must_pass', 'a status check did not pass'],
  ['title_regex', 'its title is not as the project demands'],
])

const passed = new Set(['success', 'skipped', 'manual'])
const ended = new Set(['failed', 'canceled'])

/**
 * Whether a pipeline that is not green stands in the way. Portolan's own statuses do not: they become green with
 * what they tell of, and until then nobody asks for the merge.
 */
export function readPipeline(statuses: readonly StatusAnswer[]): Mergeability {
  const foreign = statuses.filter(
    (one) => !isOwnContext(one.name ?? '') && one.allow_failure !== true && !passed.has(one.status),
  )
  const [worst] = foreign.toSorted((a, b) => rank(a) - rank(b))
  if (worst === undefined) return { mergeable: true, because: undefined }
  const name = shownText(worst.name ?? 'a job', 80)
  return {
    mergeable: false,
    because: ended.has(worst.status)
      ? `the pipeline must succeed, and ${name} ${worst.status === 'failed' ? 'failed' : 'was cancelled'}`
      : `the pipeline must succeed, and ${name} is not done`,
  }
}

function rank(status: StatusAnswer): number {
  return ended.has(status.status) ? 0 : 1
}
