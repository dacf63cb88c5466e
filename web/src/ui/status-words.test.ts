import { expect, test } from 'vitest'
import { Change, Result } from '../../../src/api/changes/schema.ts'
import { PullRequestCommand, PullRequestStatus } from '../../../src/api/pull-requests/schema.ts'
import { RunStatus } from '../../../src/api/runs/schema.ts'
import { WebhookDelivery } from '../../../src/api/webhooks/schema.ts'
import { WorkspaceStatus } from '../../../src/api/workspaces/schema.ts'
import { lookOf, type StatusKind } from './status-words.ts'

test('every status that the API knows has a word, and none is its code', () => {
  const statuses: Readonly<Record<StatusKind, readonly string[]>> = {
    workspace: WorkspaceStatus.options,
    run: RunStatus.options,
    result: Result.options,
    change: Change.shape.status.options,
    'pull-request': PullRequestStatus.options,
    command: PullRequestCommand.shape.status.options,
    delivery: WebhookDelivery.shape.status.options,
  }
  for (const [kind, values] of Object.entries(statuses)) {
    for (const value of values) {
      expect(lookOf(kind as StatusKind, value).word, `${kind} ${value}`).toMatch(/^[A-Z]/)
    }
  }
})

test('a status of a newer server is shown as it is called', () => {
  expect(lookOf('run', 'paused')).toMatchObject({ word: 'paused', tone: 'idle' })
})
