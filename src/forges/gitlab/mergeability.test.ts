import { expect, test } from 'vitest'
import { readMergeStatus, readPipeline } from './mergeability.ts'

/** The values of GitLab's documentation, "Merge status". */
const documented = [
  'blocked_status',
  'broken_status',
  'commits_status',
  'conflict',
  'discussions_not_resolved',
  'draft_status',
  'external_status_checks',
  'jira_association_missing',
  'locked_lfs_files',
  'locked_paths',
  'merge_request_blocked',
  'merge_time',
  'need_rebase',
  'not_approved',
  'not_open',
  'policies_denied',
  'requested_changes',
  'security_policy_pipeline_check',
  'security_policy_violations',
  'status_checks_must_pass',
  'title_regex',
]

test.for(documented)('%s is a reason in a sentence', (status) => {
  expect(readMergeStatus(status)).toEqual({
    mergeable: false,
    because: expect.not.stringMatching(/_|GitLab says/),
  })
})

test('what GitLab still finds out is not known', () => {
  for (const status of ['unchecked', 'checking', 'preparing', 'approvals_syncing']) {
    expect(readMergeStatus(status)).toEqual({ mergeable: undefined, because: undefined })
  }
})

test('a reason of a later version stands in the way, in its words', () => {
  expect(readMergeStatus('moon\u202Ephase')).toEqual({
    mergeable: false,
    because: 'GitLab says moon phase',
  })
})

test('jobs that may fail, were skipped or wait for a person do not count', () => {
  const statuses = [
    { name: 'lint', status: 'failed', allow_failure: true },
    { name: 'deploy', status: 'manual', allow_failure: false },
    { name: 'docs', status: 'skipped', allow_failure: null },
    { name: 'unit', status: 'success' },
  ]
  expect(readPipeline(statuses)).toEqual({ mergeable: true, because: undefined })
})

test('only what is called as ours is ours', () => {
  const pending = { status: 'pending' }
  expect(readPipeline([{ ...pending, name: 'portolan/db@dev' }])).toMatchObject({ mergeable: true })
  expect(readPipeline([{ ...pending, name: 'portolan-lint' }])).toMatchObject({ mergeable: false })
})

test('what failed is named before what is not done', () => {
  const statuses = [
    { name: 'slow', status: 'running' },
    { name: 'e2e', status: 'canceled' },
  ]
  expect(readPipeline(statuses).because).toBe('the pipeline must succeed, and e2e was cancelled')
})
