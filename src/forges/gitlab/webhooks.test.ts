import fc from 'fast-check'
import { expect } from 'vitest'
import { test } from '../../../test/support/hosts/gitlab-forge.ts'
import type { FakeDelivery } from '../../../test/support/hosts/host.ts'
import type { WebhookRequest } from '../webhook.ts'
import { gitlabWebhooks } from './webhooks.ts'

function request(body: unknown, headers: Record<string, string> = {}): WebhookRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { headers, body: Buffer.from(text) }
}

/** As the door hands it over. */
function received({ headers, body }: FakeDelivery): WebhookRequest {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  return { headers: Object.fromEntries(lower), body: Buffer.from(body) }
}

const noteBody = {
  object_kind: 'note',
  user: { username: 'ada' },
  project: { path_with_namespace: 'acme/platform/infra' },
  object_attributes: {
    id: 1244,
    note: 'portolan apply',
    noteable_type: 'MergeRequest',
    created_at: '2026-05-17 18:21:36 UTC',
    updated_at: '2026-05-17 18:21:36 UTC',
    system: false,
    action: 'create',
  },
  merge_request: { iid: 3 },
}

function note(attributes: object, rest: object = {}): unknown {
  const object_attributes = { ...noteBody.object_attributes, ...attributes }
  return { ...noteBody, ...rest, object_attributes }
}

test('only who knows the secret is believed', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.uint8Array(), (secret, given, body) => {
      const verified = gitlabWebhooks.verify({ headers: { 'x-gitlab-token': given }, body }, secret)
      expect(verified).toBe(secret !== '' && given === secret)
    }),
  )
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (secret) => {
      const verify = (given: string) =>
        gitlabWebhooks.verify(request({}, { 'x-gitlab-token': given }), secret)
      expect(verify(secret)).toBe(true)
      expect(verify(`${secret} `)).toBe(false)
      expect(verify(secret.slice(1))).toBe(false)
    }),
  )
})

test('without a token, or with an empty secret, nobody is believed', () => {
  expect(gitlabWebhooks.verify(request({}), 'secret')).toBe(false)
  expect(gitlabWebhooks.verify(request({}, { 'x-gitlab-token': '' }), '')).toBe(false)
})

test('any bytes are read as a hint or refused as invalid', () => {
  const anything = fc.oneof(
    fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.json(),
    fc.record({
      object_kind: fc.constantFrom('merge_request', 'note', 'push', 'pipeline'),
      object_attributes: fc.jsonValue(),
      merge_request: fc.jsonValue(),
      user: fc.jsonValue(),
      ref: fc.jsonValue(),
    }),
  )
  fc.assert(
    fc.property(anything, (body) => {
      try {
        expect(gitlabWebhooks.read(request(body)).kind).toBeTypeOf('string')
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid' })
      }
      gitlabWebhooks.repositoryOf(request(body))
    }),
  )
})

test('the id of a delivery is the one that GitLab keeps when it sends it again', () => {
  const headers = {
    'x-gitlab-event': 'Push Hook',
    'x-gitlab-webhook-uuid': 'of-the-request',
    'x-gitlab-event-uuid': 'of-what-caused-it',
  }
  const identify = (more: Record<string, string>) =>
    gitlabWebhooks.identify(request({}, { ...headers, ...more }))

  expect(identify({ 'idempotency-key': 'kept' })).toEqual({ delivery: 'kept', event: 'Push Hook' })
  expect(identify({})).toEqual({ delivery: 'of-the-request', event: 'Push Hook' })
})

test('an old version names no delivery: the same event is the same, another one another', () => {
  const headers = { 'x-gitlab-event': 'Push Hook', 'x-gitlab-event-uuid': 'shared' }
  const idOf = (body: unknown, event = 'Push Hook') =>
    gitlabWebhooks.identify(request(body, { ...headers, 'x-gitlab-event': event }))?.delivery

  expect(idOf({ ref: 'a' })).toBe(idOf({ ref: 'a' }))
  expect(idOf({ ref: 'a' })).not.toBe(idOf({ ref: 'b' }))
  expect(idOf({ ref: 'a' })).not.toBe(idOf({ ref: 'a' }, 'Tag Push Hook'))
})

test('what is no webhook of GitLab has no id', () => {
  expect(gitlabWebhooks.identify(request({}, { 'x-github-event': 'push' }))).toBeUndefined()
})

test('a new comment on a merge request is one', () => {
  expect(gitlabWebhooks.read(request(noteBody))).toEqual({
    kind: 'comment',
    comment: {
      id: '1244',
      number: 3,
      author: 'ada',
      body: 'portolan apply',
      createdAt: new Date('2026-05-17T18:21:36Z'),
      isEdited: false,
    },
  })
})

test.for([
  ['an edited one', note({ action: 'update' })],
  ['one that GitLab wrote', note({ system: true })],
  ['one on an issue', note({ noteable_type: 'Issue' }, { merge_request: undefined })],
  ['one on a commit', note({ noteable_type: 'Commit' })],
  [
    'an edited one, of a version that does not say so',
    note({ action: undefined, updated_at: '2026-05-17 18:22:00 UTC' }),
  ],
] as const)('%s is no command', ([, body]) => {
  expect(gitlabWebhooks.read(request(body))).toMatchObject({
    kind: 'ignored',
    because: expect.stringMatching(/\w/),
  })
})

test('a version that does not say what happened to a comment is believed when nothing did', () => {
  expect(gitlabWebhooks.read(request(note({ action: undefined })))).toMatchObject({
    kind: 'comment',
  })
})

test('newer versions write dates as everybody else', () => {
  const date = '2026-05-17T18:21:36.123Z'
  expect(gitlabWebhooks.read(request(note({ created_at: date, updated_at: date })))).toMatchObject({
    comment: { createdAt: new Date(date) },
  })
})

test.for([
  ['a pushed tag', { object_kind: 'tag_push', ref: 'refs/tags/v1' }],
  ['a pipeline', { object_kind: 'pipeline' }],
  ['an emoji', { object_kind: 'emoji' }],
] as const)('%s is ignored with a reason', ([, body]) => {
  expect(gitlabWebhooks.read(request(body))).toMatchObject({ kind: 'ignored' })
})

test('all that happens to a merge request is a hint of it', async ({ gitlab, open }) => {
  gitlab.deliveries.mode = 'drop'
  gitlab.deliverTo('http://127.0.0.1:1/')
  await open({ branch: 'group/topic' })
  await gitlab.push({ branch: 'group/topic', files: { b: 'c' } })
  await gitlab.setDraft(1, true)
  await gitlab.setDraft(1, false)
  await gitlab.label(1, 'infra')
  await gitlab.review(1, 'ben', 'approve')
  await gitlab.review(1, 'ben', 'dismiss')
  await gitlab.close(1)
  await gitlab.reopen(1)
  await gitlab.comment(1, 'ada', 'portolan plan')
  await gitlab.merge(1, 'ada')
  await gitlab.deleteBranch('group/topic')

  const all = gitlab.deliveries.all.map(received)

  expect(all.every((each) => gitlabWebhooks.verify(each, gitlab.secret))).toBe(true)
  expect(all.every((each) => gitlabWebhooks.verify(each, 'other'))).toBe(false)
  expect(new Set(all.map((each) => gitlabWebhooks.repositoryOf(each)))).toEqual(
    new Set(['acme/platform/infra']),
  )
  expect(new Set(all.map((each) => gitlabWebhooks.identify(each)?.delivery)).size).toBe(all.length)
  const hints = all.map((each) => gitlabWebhooks.read(each))
  const it = { kind: 'pull-request', number: 1 }
  const topic = { kind: 'push', branch: 'group/topic' }
  expect(hints).toEqual([
    topic,
    it,
    it,
    topic,
    it,
    it,
    it,
    it,
    it,
    it,
    it,
    expect.objectContaining({ kind: 'comment' }),
    { kind: 'push', branch: 'main' },
    it,
    topic,
  ])
})
