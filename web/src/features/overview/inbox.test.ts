import { describe, expect, test } from 'vitest'
import type { InboxItem } from '../../lib/types.ts'
import { inboxAction, inboxParts, inboxTarget } from './inbox.ts'

function item(kind: InboxItem['kind'], more: Partial<InboxItem> = {}): InboxItem {
  const since = '2026-03-02T09:00:00.000Z'
  return { kind, sentence: 's', project: 'shop', workspaces: [], mine: true, since, ...more }
}

describe('the inbox', () => {
  test('is what I can do, and below it what others can', () => {
    const approval = item('approval')
    const failed = item('failed', { mine: false })

    expect(inboxParts([failed, approval])).toEqual({ mine: [approval], others: [failed] })
    expect([inboxAction(approval), inboxAction(failed)]).toEqual(['Review', 'Look'])
  })

  test('an item leads to where it is dealt with', () => {
    const only = { workspaces: ['db@prod'] }

    expect(
      inboxTarget(item('approval', { changeId: 7, workspaces: ['a@prod', 'b@prod'] })),
    ).toEqual({ to: 'change', id: '7', node: undefined })
    expect(inboxTarget(item('failed', { changeId: 7, runId: 3, ...only }))).toEqual({
      to: 'change',
      id: '7',
      node: 'db@prod',
    })
    expect(inboxTarget(item('unmerged', { changeId: 7, pullRequest: 12, ...only }))).toEqual({
      to: 'pull-request',
      project: 'shop',
      number: '12',
      node: 'db@prod',
    })
    expect(inboxTarget(item('unknown', { runId: 3, ...only }))).toEqual({ to: 'run', id: '3' })
    expect(inboxTarget(item('locked', { changeId: 7, ...only }))).toEqual({
      to: 'workspace',
      project: 'shop',
      workspace: 'db@prod',
    })
    expect(inboxTarget(item('drifted'))).toEqual({ to: 'overview' })
  })
})
