import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { aGitea, type GiteaHost } from '../../../test/support/hosts/gitea.ts'
import { giteaWebhooks, githubWebhooks, type WebhookRequest } from '../index.ts'

let host: GiteaHost

beforeEach(async () => {
  host = await aGitea()
  host.deliverTo('http://127.0.0.1:9/nobody')
  host.deliveries.mode = 'drop'
  await host.push({ branch: 'topic', files: { a: 'a' } })
  await host.openPullRequest({ branch: 'topic', author: 'ada' })
}, 60_000)

afterEach(() => host.dispose())

/** The last webhook that was sent. */
function last(changed: { readonly headers?: object; readonly body?: object } = {}): WebhookRequest {
  const sent = host.deliveries.all.at(-1)
  const body = changed.body === undefined ? (sent?.body ?? '') : JSON.stringify(changed.body)
  return { headers: { ...sent?.headers, ...changed.headers }, body: Buffer.from(body) }
}

/** As Forgejo calls the same. */
function ofForgejo({ headers, body }: WebhookRequest): WebhookRequest {
  const named = Object.entries(headers).filter(([name]) => name.startsWith('x-gitea-'))
  const own = named.map(([name, value]) => [name.replace('gitea', 'forgejo'), value])
  return { headers: Object.fromEntries(own), body }
}

test('a webhook is known by its id and its event, and is not taken for one of GitHub', () => {
  const delivery = host.deliveries.all.at(-1)?.id
  expect(giteaWebhooks.identify(last())).toEqual({ delivery, event: 'pull_request' })
  expect(giteaWebhooks.identify(ofForgejo(last()))).toEqual({ delivery, event: 'pull_request' })
  expect(giteaWebhooks.identify({ headers: {}, body: Buffer.from('') })).toBeUndefined()
  expect(githubWebhooks.identify(last())).toBeUndefined()
})

test('only who knows the secret can have sent it', () => {
  const request = last()
  expect(giteaWebhooks.verify(request, host.secret)).toBe(true)
  expect(giteaWebhooks.verify(ofForgejo(request), host.secret)).toBe(true)
  expect(giteaWebhooks.verify(request, 'another')).toBe(false)
  const unsigned = createHmac('sha256', '').update(request.body).digest('hex')
  expect(giteaWebhooks.verify(last({ headers: { 'x-gitea-signature': unsigned } }), '')).toBe(false)
  expect(giteaWebhooks.verify({ ...request, body: Buffer.from('{}') }, host.secret)).toBe(false)
  expect(giteaWebhooks.verify(last({ headers: { 'x-gitea-signature': '' } }), host.secret)).toBe(
    false,
  )
  expect(giteaWebhooks.verify({ ...request, headers: {} }, host.secret)).toBe(false)
})

test('the repository is named', () => {
  expect(giteaWebhooks.repositoryOf(last())).toBe('acme/infra')
  expect(giteaWebhooks.repositoryOf(last({ body: {} }))).toBeUndefined()
})

describe('what it is a hint of', () => {
  const hint = () => giteaWebhooks.read(last())
  const pull = { kind: 'pull-request', number: 1 }

  test('a pull request, whatever happened to it', async () => {
    expect(hint()).toEqual(pull)
    await host.label(1, 'db')
    expect(hint()).toEqual(pull)
    await host.review(1, 'ada', 'approve')
    expect(hint()).toEqual(pull)
    await host.review(1, 'ada', 'comment')
    expect(hint()).toEqual(pull)
    await host.push({ branch: 'topic', files: { b: 'b' } })
    expect(hint()).toEqual(pull)
    await host.close(1)
    expect(hint()).toEqual(pull)
  })

  test('a review with a text, of a server that names only one of its two names', async () => {
    await host.review(1, 'ada', 'comment')
    const { headers, body } = last()
    const { 'x-gitea-event-type': _type, ...others } = headers
    expect(giteaWebhooks.read({ headers: others, body })).toEqual(pull)
  })

  test('a comment', async () => {
    const made = await host.comment(1, 'bob', 'portolan apply')
    expect(hint()).toMatchObject({
      kind: 'comment',
      comment: { id: made.id, number: 1, author: 'bob', body: 'portolan apply', isEdited: false },
    })
    expect(giteaWebhooks.read(ofForgejo(last()))).toMatchObject({ kind: 'comment' })
  })

  test('not a comment that was edited or deleted, or that is on an issue', async () => {
    const made = await host.comment(1, 'bob', 'portolan apply')
    const body = JSON.parse(Buffer.from(last().body).toString())
    await host.editComment(made.id, 'portolan unlock')
    expect(hint()).toMatchObject({ kind: 'ignored' })
    await host.deleteComment(made.id)
    expect(hint()).toMatchObject({ kind: 'ignored' })
    const onIssue = last({
      headers: { 'x-gitea-event-type': 'issue_comment' },
      body: { ...body, is_pull: false },
    })
    expect(giteaWebhooks.read(onIssue)).toEqual({
      kind: 'ignored',
      because: 'the comment is on an issue',
    })
  })

  test('a branch that moved or is gone', async () => {
    await host.push({ branch: 'main', files: { c: 'c' } })
    expect(hint()).toEqual({ kind: 'push', branch: 'main' })
    await host.deleteBranch('topic')
    expect(hint()).toEqual({ kind: 'push', branch: 'topic' })
    expect(
      giteaWebhooks.read(
        last({ headers: { 'x-gitea-event-type': 'push' }, body: { ref: 'refs/tags/v1' } }),
      ),
    ).toMatchObject({ kind: 'ignored' })
  })

  test('nothing, and what is wrong with it', () => {
    expect(giteaWebhooks.read(last({ headers: { 'x-gitea-event-type': 'wiki' } }))).toMatchObject({
      kind: 'ignored',
    })
    expect(() => giteaWebhooks.read(last({ body: {} }))).toThrow('pull_request')
    expect(() => giteaWebhooks.read({ ...last(), body: Buffer.from('<') })).toThrow('not JSON')
  })
})
