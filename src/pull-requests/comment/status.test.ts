import { expect, test } from 'vitest'
import { aSummary, aView, aWorkspace, commentFacts } from '../../../test/support/comment-facts.ts'
import { renderStatuses } from './status.ts'

/** `state: description` of the status for all of it. */
function whole(...facts: Parameters<typeof commentFacts>): string {
  const [status] = renderStatuses(commentFacts(...facts))
  return `${status?.state}: ${status?.description}`
}

const summary = aSummary({ create: 2 })

test('what is planned and not applied holds up the merge', () => {
  const view = aView([aWorkspace('a@dev', 'planned')])
  expect(whole(view, { waits: [{ environment: 'dev', to: 'apply' }] })).toBe(
    'pending: waits to be applied in dev',
  )
})

test('what is applied by merging does not', () => {
  const view = aView([aWorkspace('a@dev', 'applied'), aWorkspace('a@prod', 'planned')])
  expect(whole(view, { afterMerge: ['prod'] })).toBe('success: merging it applies 1')
})

test('what cannot be planned yet and is applied by merging does', () => {
  const view = aView([aWorkspace('a@dev', 'planned'), aWorkspace('a@prod', 'deferred')])
  expect(whole(view, { afterMerge: ['dev', 'prod'] })).toMatch(/^pending/)
})

test('everything is applied', () => {
  expect(whole(aView([aWorkspace('a@dev', 'applied')], 'done'))).toBe('success: all applied')
})

test('nothing is affected, and it says so', () => {
  expect(whole(undefined)).toBe('success: nothing is affected')
})

test.each(['failed', 'unknown'] as const)('something is %s', (result) => {
  expect(whole(aView([aWorkspace('a@dev', 'applied'), aWorkspace('b@dev', result)]))).toMatch(
    /^failure: .*1 of 2/,
  )
})

test('it was given up', () => {
  expect(whole(aView([aWorkspace('a@dev', 'unchanged')], 'cancelled'))).toBe('pending: discarded')
})

test('it cannot be planned', () => {
  const pullRequest = { problem: 'it does not merge', planned: undefined }
  expect(whole(undefined, { pullRequest })).toBe('failure: it does not merge')
})

test('its newest head is not planned yet: nothing is said of the workspaces of a former one', () => {
  const planned = { head: 'b'.repeat(40), base: 'c', commit: 'd', changeId: 7 }
  const statuses = renderStatuses(
    commentFacts(aView([aWorkspace('a@dev', 'applied')]), { pullRequest: { planned } }),
  )
  expect(statuses).toMatchObject([{ context: 'portolan', state: 'pending' }])
})

test('each workspace has its own, which leads to its run', () => {
  const view = aView([
    aWorkspace('a@dev', 'planned', { run: 4, summary }),
    aWorkspace('b@dev', 'failed', { because: 'Terraform ended with 1' }),
    aWorkspace('a@prod', 'planned', { run: 5, summary }),
    aWorkspace('c@dev', 'unchanged'),
    aWorkspace('d@dev', 'applied', { run: 6, summary }),
  ])
  const [, ...statuses] = renderStatuses(commentFacts(view, { afterMerge: ['prod'] }))
  expect(statuses[0]).toEqual({
    context: 'portolan/a@dev',
    state: 'pending',
    description: '+2, not applied yet',
    url: 'https://portolan.example/runs/4',
  })
  expect(statuses.slice(1).map(({ state, description }) => `${state}: ${description}`)).toEqual([
    'failure: failed: Terraform ended with 1',
    'success: +2, applied by merging',
    'success: unchanged',
    'success: applied +2',
  ])
})
