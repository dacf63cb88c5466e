import { execFile } from 'node:child_process'
import { inspect, promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectionTo } from '../../../test/support/hosts/connection.ts'
import { anOpenOne, testReading } from '../../../test/support/hosts/forge-suite.ts'
import { aGitea, type GiteaHost } from '../../../test/support/hosts/gitea.ts'
import type { NewFakePullRequest } from '../../../test/support/hosts/host.ts'
import { createGiteaForge, type Forge } from '../index.ts'

const run = promisify(execFile)

let host: GiteaHost
let forge: Forge

beforeEach(async () => {
  host = await aGitea()
  forge = createGiteaForge(connectionTo(host))
  host.users.add('ada', 'admin')
  host.users.add('bob', 'write')
  host.users.add('cleo', 'read')
}, 60_000)

// Fails when anything was asked for that Gitea does not know.
afterEach(() => host.dispose())

const opened = (more: Partial<NewFakePullRequest> = {}) => anOpenOne(host, more)

describe('a pull request', () => {
  testReading(() => ({ host, forge }))

  test('that was pushed to refs/for counts as one of a fork: whoever may read may push it', async () => {
    await host.push({ branch: 'agit', files: { a: 'a' } })
    const { number, head } = await host.openAgit('agit', 'cleo')
    expect(await forge.pullRequest(number)).toMatchObject({
      isFork: true,
      head: { branch: `refs/pull/${number}/head`, commit: head },
    })
  })
})

test('all open pull requests are listed, page by page, however small the server makes them', async () => {
  host.state.mostPerPage = 5
  await host.push({ branch: 'topic', files: { a: 'a' } })
  for (let at = 0; at < 9; at += 1) await host.openPullRequest({ branch: 'topic', author: 'ada' })
  await host.close(7)
  const open = await forge.openPullRequests()
  expect(open.map(({ number }) => number).sort()).toEqual([1, 2, 3, 4, 5, 6, 8, 9])
  expect(host.calls.count('pulls')).toBe(2)
})

test('approvals are the last word of each, without those that were dismissed', async () => {
  const { number, head, branch } = await opened()
  await host.review(number, 'ada', 'approve')
  await host.review(number, 'bob', 'approve')
  await host.review(number, 'bob', 'request-changes')
  await host.review(number, 'cleo', 'approve')
  await host.review(number, 'cleo', 'comment')
  await host.review(number, 'dan', 'approve')
  await host.review(number, 'dan', 'dismiss')
  await host.push({ branch, files: { later: 'later' } })
  expect(await forge.approvals(number)).toEqual([
    { login: 'ada', commit: head },
    { login: 'cleo', commit: head },
  ])
})

describe('comments', () => {
  const comment = { marker: '<!-- m -->', body: '<!-- m -->\none', known: undefined }

  test('of these pull requests since a moment are told, oldest first, not what was only edited', async () => {
    const [one, other] = [await opened(), await opened()]
    const start = Date.now()
    const at = (seconds: number) => {
      host.state.now = () => new Date(start + seconds * 1000)
    }
    at(-100)
    const old = await host.comment(one.number, 'ada', 'long ago')
    at(10)
    const first = await host.comment(one.number, 'ada', 'portolan plan')
    await host.comment(other.number, 'ada', 'elsewhere')
    at(20)
    await host.editComment(old.id, 'portolan apply')
    const second = await host.comment(one.number, 'bob', 'portolan apply')
    at(30)
    await host.editComment(second.id, 'portolan unlock')
    expect(await forge.comments([one.number], new Date(start))).toMatchObject([
      { id: first.id, number: one.number, author: 'ada', body: 'portolan plan', isEdited: false },
      { id: second.id, author: 'bob', isEdited: true },
    ])
  })

  test('are read from every page, however small the server makes them', async () => {
    host.state.mostPerPage = 20
    const { number } = await opened()
    for (let at = 0; at < 60; at += 1) await host.comment(number, 'ada', String(at))
    const told = await forge.comments([number], new Date(0))
    expect(told.map(({ body }) => body)).toEqual(Array.from({ length: 60 }, (_, at) => String(at)))
  })

  test('of Portolan are one: made once, then changed', async () => {
    const { number } = await opened()
    const id = await forge.upsertComment(number, comment)
    await forge.upsertComment(number, { ...comment, body: '<!-- m -->\ntwo', known: id })
    expect(host.commentsOf(number)).toMatchObject([{ id, body: '<!-- m -->\ntwo' }])
  })

  test('are found by the marker when nobody knows whether one was made', async () => {
    const { number } = await opened()
    await host.comment(number, 'eve', '<!-- m --> I am Portolan')
    host.faults.next('after', { route: 'POST' })
    await expect(forge.upsertComment(number, comment)).rejects.toMatchObject({
      code: 'unavailable',
    })
    const id = await forge.upsertComment(number, comment)
    expect(host.commentsOf(number).map((each) => each.author)).toEqual(['eve', host.botLogin])
    await host.deleteComment(id)
    expect(await forge.upsertComment(number, { ...comment, known: id })).not.toBe(id)
  })

  test('are reacted to, once', async () => {
    const { number } = await opened()
    const made = await host.comment(number, 'ada', 'portolan plan')
    for (const reaction of ['seen', 'seen', 'done', 'refused'] as const) {
      await forge.react(made, reaction)
    }
    expect(host.reactionsOf(made.id).map(({ name }) => name)).toEqual([
      'eyes',
      'rocket',
      'confused',
    ])
  })
})

test('statuses are set, and cut to what people read', async () => {
  const { head } = await opened()
  const status = { context: 'portolan', state: 'pending', url: 'https://p.example/x' } as const
  await forge.setStatus(head, { ...status, description: 'ä'.repeat(300) })
  expect(host.statusesOf(head)).toEqual([{ ...status, description: `${'ä'.repeat(254)}…` }])
})

describe('people', () => {
  test('may what the host says; who is unknown may nothing', async () => {
    const logins = ['ada', 'bob', 'cleo', 'nobody', host.botLogin]
    expect(await Promise.all(logins.map((login) => forge.permissionOf(login)))).toEqual([
      'admin',
      'write',
      'read',
      'none',
      'admin',
    ])
  })

  test('are not known to an account that does not administer the repository', async () => {
    host.users.add(host.botLogin, 'write')
    await expect(forge.permissionOf('ada')).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('are in teams', async () => {
    host.users.join('acme/sre-leads', 'bob')
    host.users.join('acme/sre', 'ada')
    expect(await forge.isMember('acme/sre', 'ada')).toBe(true)
    expect(await forge.isMember('SRE', 'ada')).toBe(true)
    expect(await forge.isMember('acme/sre', 'bob')).toBe(false)
    expect(await forge.isMember('acme/none', 'ada')).toBe(false)
    expect(await forge.isMember('other/sre', 'ada')).toBe(false)
  })
})

describe('merging', () => {
  test.each(['merge', 'squash', 'rebase'] as const)(
    'by %s, if the head is still this one',
    async (method) => {
      const { number, head } = await opened()
      await expect(forge.merge(number, { head: 'a'.repeat(40), method })).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('head out of date'),
      })
      const commit = await forge.merge(number, { head, method })
      expect(commit).toBe(await host.tip('main'))
      expect(host.pullRequest(number)).toMatchObject({ status: 'merged', mergeCommit: commit })
    },
  )

  test('is refused in the words of the host', async () => {
    const { number, head } = await opened()
    host.protect('main', { statuses: ['ci'] })
    await expect(forge.merge(number, { head, method: 'merge' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('Not all required status checks successful'),
    })
  })

  test('succeeded when the answer was lost', async () => {
    const { number, head } = await opened()
    host.faults.next('after', { route: 'merge' })
    await expect(forge.merge(number, { head, method: 'merge' })).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect(await forge.merge(number, { head, method: 'merge' })).toBe(await host.tip('main'))
  })
})

describe('whether it would merge', () => {
  test('it would', async () => {
    const { number } = await opened()
    expect(await forge.mergeability(number)).toEqual({ mergeable: true, because: undefined })
  })

  test('it is a draft, closed, or conflicts', async () => {
    const draft = await opened({ draft: true })
    const closed = await opened()
    await host.close(closed.number)
    await host.push({ branch: 'other', files: { same: 'theirs' } })
    const conflict = await host.openPullRequest({ branch: 'other', author: 'ada' })
    await host.push({ branch: 'main', files: { same: 'ours' } })
    const words = [draft, closed, conflict].map(({ number }) => forge.mergeability(number))
    expect((await Promise.all(words)).map(({ because }) => because)).toEqual([
      'it is a draft',
      'it is closed',
      'it conflicts with main, or the host is still finding out',
    ])
  })

  test('a check is missing, beside those of Portolan itself', async () => {
    const { number, head } = await opened()
    host.protect('main', { statuses: ['portolan', 'ci/*', 'lint'] })
    const url = 'https://p.example'
    for (let at = 0; at < 60; at += 1) {
      await forge.setStatus(head, {
        context: `portolan/${at}`,
        state: 'pending',
        description: '',
        url,
      })
    }
    await forge.setStatus(head, { context: 'ci/test', state: 'failure', description: '', url })
    expect((await forge.mergeability(number)).because).toContain('successful: ci/*, lint')
    await forge.setStatus(head, { context: 'ci/test', state: 'success', description: '', url })
    await forge.setStatus(head, { context: 'lint', state: 'success', description: '', url })
    expect(await forge.mergeability(number)).toMatchObject({ mergeable: true })
  })

  test('a check that nobody told of yet is missing, unless it is one of Portolan', async () => {
    const { number } = await opened()
    const own = ['portolan', 'portolan/*', 'port*', '*', '*/db@dev']
    for (const pattern of own) {
      host.protect('main', { statuses: [pattern] })
      expect(await forge.mergeability(number), pattern).toMatchObject({ mergeable: true })
    }
    host.protect('main', { statuses: [...own, 'ci/*', '*-lint'] })
    expect((await forge.mergeability(number)).because).toContain('successful: ci/*')
  })

  test('an approval is missing, of somebody who counts', async () => {
    const { number } = await opened()
    host.protect('main', { approvals: 1 })
    await host.review(number, 'cleo', 'approve')
    expect((await forge.mergeability(number)).because).toBe('1 approvals are missing')
    await host.review(number, 'bob', 'approve')
    expect(await forge.mergeability(number)).toMatchObject({ mergeable: true })
  })
})

test('git fetches the head of a fork with its login', async () => {
  const { number, head } = await opened({ fork: 'eve' })
  const login = await forge.gitLogin()
  const url = new URL(host.cloneUrl)
  url.username = login?.user ?? ''
  url.password = login?.password ?? ''
  const { stdout } = await run('git', ['ls-remote', url.href, forge.headRef(number) ?? ''])
  expect(stdout).toBe(`${head}\trefs/pull/${number}/head\n`)
})

describe('what goes wrong', () => {
  test.each([
    ['rate-limit', { code: 'unavailable', details: { retryAfterSeconds: 120 } }],
    ['secondary-rate-limit', { code: 'unavailable', details: { retryAfterSeconds: 7 } }],
    ['before', { code: 'unavailable' }],
    ['cut', { code: 'unavailable' }],
    ['unauthorized', { code: 'forbidden' }],
  ] as const)('%s', async (fault, error) => {
    await opened()
    host.faults.next(fault)
    await expect(forge.openPullRequests()).rejects.toMatchObject(error)
    expect(await forge.openPullRequests()).toHaveLength(1)
  })

  test('no answer', async () => {
    const impatient = createGiteaForge(connectionTo(host), { deadline: 50 })
    host.faults.next('slow')
    await expect(impatient.openPullRequests()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('did not answer in time'),
    })
  })

  test('another server: the token is in no sentence', async () => {
    const connection = connectionTo(host, { credentials: { type: 'token', token: 'my-token' } })
    const error = await createGiteaForge(connection).openPullRequests().catch(String)
    expect(error).toContain('does not accept the token')
    expect(error).not.toContain('my-token')
  })

  test('a token that no request can hold: it is in no sentence', async () => {
    const credentials = { type: 'token', token: 'my-token\nof two lines' } as const
    const forge = createGiteaForge(connectionTo(host, { credentials }))
    const error = await forge.openPullRequests().catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ code: 'unavailable' })
    expect(inspect(error)).not.toContain('my-token')
  })

  test('credentials of another kind of host', () => {
    const credentials = {
      type: 'app',
      appId: '1',
      privateKey: 'k',
      installationId: undefined,
    } as const
    expect(() => createGiteaForge(connectionTo(host, { credentials }))).toThrow('no GitHub Apps')
  })
})

describe('what of the set-up works', () => {
  const webhookUrl = 'http://127.0.0.1:9/webhooks/gitea'
  const verdicts = async () =>
    (await forge.check({ webhookUrl })).map(({ name, verdict }) => `${name} ${verdict}`)

  test('all of it', async () => {
    host.deliverTo(webhookUrl)
    expect(await verdicts()).toEqual([
      'credentials works',
      'repository works',
      'comments works',
      'statuses works',
      'merge works',
      'webhook works',
    ])
  })

  test('not the token', async () => {
    host.faults.next('unauthorized')
    expect(await verdicts()).toEqual(['credentials fails'])
  })

  test('not what the account may', async () => {
    host.users.add(host.botLogin, 'read')
    expect(await verdicts()).toEqual([
      'credentials works',
      'repository fails',
      'comments fails',
      'statuses fails',
      'merge fails',
      'webhook fails',
    ])
  })

  test('not the webhook', async () => {
    const webhook = async () =>
      (await forge.check({ webhookUrl })).find(({ name }) => name === 'webhook')?.sentence
    expect(await webhook()).toBe('No webhook of the repository leads here.')
    host.deliverTo(webhookUrl)
    host.state.hook.active = false
    expect(await webhook()).toBe('The webhook is off.')
    host.state.hook.active = true
    host.state.hook.events = ['push']
    expect(await webhook()).toContain('does not tell of pull_request,')
    host.state.archived = true
    expect(await verdicts()).toContain('repository fails')
  })
})
