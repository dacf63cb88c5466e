import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anOpenOne, testReading } from '../../../test/support/hosts/forge-suite.ts'
import { aGitHub, type GitHubHost } from '../../../test/support/hosts/github.ts'
import type { NewFakePullRequest } from '../../../test/support/hosts/host.ts'
import { createGitHubForge, type Forge } from '../index.ts'

let host: GitHubHost
let forge: Forge

beforeAll(async () => {
  host = await aGitHub({ checksAnswers: true })
  forge = createGitHubForge(host.connection())
  host.users.add('ada', 'admin')
  host.users.add('bob', 'write')
  host.users.add('cleo', 'read')
}, 60_000)

afterAll(() => host.dispose())

const opened = (more: Partial<NewFakePullRequest> = {}) => anOpenOne(host, more)

describe('a pull request', () => {
  testReading(() => ({ host, forge }))

  test('is read by one call', async () => {
    const { number } = await opened()
    host.calls.clear()
    await forge.pullRequest(number)

    expect(host.calls.all).toEqual(['GET /repos/{owner}/{repo}/pulls/{pull_number}'])
  })

  test('leads to its head by a ref of the repository', async () => {
    const { number, head } = await opened({ fork: 'eve' })

    expect(await host.tip('main')).not.toBe(head)
    expect(forge.headRef(number)).toBe(`refs/pull/${number}/head`)
  })
})

test('all open pull requests are listed, page by page, without a call for each', async () => {
  const big = await aGitHub()
  await big.push({ branch: 'topic', files: { a: 'a' } })
  for (let index = 0; index < 105; index += 1) {
    await big.openPullRequest({ branch: 'topic', author: 'ada' })
  }
  await big.close(7)

  const open = await createGitHubForge(big.connection()).openPullRequests()

  expect(open.map((each) => each.number).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 105 }, (_, index) => index + 1).filter((number) => number !== 7),
  )
  expect(big.calls.all).toEqual(Array(2).fill('GET /repos/{owner}/{repo}/pulls'))
  await big.dispose()
}, 60_000)

describe('approvals', () => {
  test('are the last word of each reviewer that decides', async () => {
    const { number, head } = await opened()
    await host.review(number, 'ada', 'approve')
    await host.review(number, 'bob', 'approve')
    await host.review(number, 'bob', 'request-changes')
    await host.review(number, 'cleo', 'request-changes')
    await host.review(number, 'cleo', 'approve')
    await host.review(number, 'cleo', 'comment')
    await host.review(number, 'dan', 'approve')
    await host.review(number, 'dan', 'dismiss')

    expect(await forge.approvals(number)).toEqual([
      { login: 'ada', commit: head },
      { login: 'cleo', commit: head },
    ])
  })

  test('name the commit that was looked at', async () => {
    const { number, head, branch } = await opened()
    await host.review(number, 'ada', 'approve')
    await host.push({ branch, files: { later: 'later' } })

    expect(await forge.approvals(number)).toEqual([{ login: 'ada', commit: head }])
  })

  test('are read from every page of reviews', async () => {
    const { number } = await opened()
    for (let index = 0; index < 120; index += 1) await host.review(number, 'ada', 'approve')
    await host.review(number, 'ada', 'request-changes')

    expect(await forge.approvals(number)).toEqual([])
  })
})

describe('comments', () => {
  test('of these pull requests since a moment are told, oldest first, not what was only edited', async () => {
    const [one, two, other] = [await opened(), await opened(), await opened()]
    const start = Math.floor(Date.now() / 1000) * 1000
    const at = (seconds: number) => {
      host.state.now = () => new Date(start + seconds * 1000)
    }
    at(-100)
    const old = await host.comment(one.number, 'ada', 'long ago')
    at(10)
    const first = await host.comment(two.number, 'bob', 'portolan plan')
    const second = await host.comment(one.number, 'ada', 'portolan apply')
    await host.comment(other.number, 'ada', 'elsewhere')
    at(20)
    await host.editComment(old.id, 'portolan apply')
    await host.editComment(second.id, 'portolan destroy')
    host.state.now = () => new Date()

    const told = await forge.comments([one.number, two.number], new Date(start + 10_400))

    expect(told).toMatchObject([
      { id: first.id, number: two.number, author: 'bob', body: 'portolan plan', isEdited: false },
      { id: second.id, number: one.number, body: 'portolan destroy', isEdited: true },
    ])
  })

  test('are read from every page', async () => {
    const { number } = await opened()
    const since = new Date()
    for (let index = 0; index < 230; index += 1) await host.comment(number, 'ada', `${index}`)

    expect(await forge.comments([number], since)).toHaveLength(230)
  })
})

describe('the one comment', () => {
  const marker = '<!-- portolan:1 -->'

  test('is made once and then changed', async () => {
    const { number } = await opened()
    const known = await forge.upsertComment(number, {
      marker,
      body: `one ${marker}`,
      known: undefined,
    })
    host.calls.clear()
    const again = await forge.upsertComment(number, { marker, body: `two ${marker}`, known })

    expect(again).toBe(known)
    expect(host.commentsOf(number)).toMatchObject([
      { body: `two ${marker}`, author: 'portolan-bot' },
    ])
    expect(host.calls.all).toEqual(['PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}'])
  })

  test.each(['after', 'cut'] as const)(
    'is found by its marker when its making was answered with: %s',
    async (fault) => {
      const { number } = await opened()
      host.faults.next(fault, { route: 'POST' })
      const comment = { marker, body: `one ${marker}`, known: undefined }

      await expect(forge.upsertComment(number, comment)).rejects.toMatchObject({
        code: 'unavailable',
      })
      const id = await forge.upsertComment(number, { ...comment, body: `two ${marker}` })

      expect(host.commentsOf(number)).toMatchObject([{ id, body: `two ${marker}` }])
    },
  )

  test('is found behind a page of others', async () => {
    const { number } = await opened()
    for (let index = 0; index < 110; index += 1) await host.comment(number, 'ada', `${index}`)
    const id = await forge.upsertComment(number, { marker, body: marker, known: undefined })

    expect(
      await forge.upsertComment(number, { marker, body: `2${marker}`, known: undefined }),
    ).toBe(id)
  })

  test('is made again when somebody deleted it', async () => {
    const { number } = await opened()
    const known = await forge.upsertComment(number, { marker, body: marker, known: undefined })
    await host.deleteComment(known)
    const id = await forge.upsertComment(number, { marker, body: `2${marker}`, known })

    expect(id).not.toBe(known)
    expect(host.commentsOf(number)).toMatchObject([{ id, body: `2${marker}` }])
  })

  test('is never one of somebody else that has the marker', async () => {
    const { number } = await opened()
    const quoted = await host.comment(number, 'eve', `look: ${marker}`)
    const id = await forge.upsertComment(number, { marker, body: marker, known: undefined })

    expect(id).not.toBe(quoted.id)
    expect(host.commentsOf(number)[0]).toMatchObject({ body: `look: ${marker}` })
  })

  test('is not longer than GitHub takes: who gives a longer one has a bug', async () => {
    const { number } = await opened()
    const longest = 'x'.repeat(forge.limits.comment)
    await forge.upsertComment(number, { marker, body: longest, known: undefined })
    const longer = forge.upsertComment(number, { marker, body: `${longest}x`, known: undefined })

    await expect(longer).rejects.toThrow('65537')
    await expect(longer).rejects.not.toHaveProperty('code')
  })
})

test.each([
  ['seen', 'eyes'],
  ['done', 'rocket'],
  ['refused', 'confused'],
] as const)('a reaction of “%s” is %s, once', async (reaction, name) => {
  const { number } = await opened()
  const { id } = await host.comment(number, 'ada', 'portolan plan')
  await forge.react({ id, number }, reaction)
  await forge.react({ id, number }, reaction)

  expect(host.reactionsOf(id)).toEqual([{ author: 'portolan-bot', name }])
})

describe('a status', () => {
  const url = 'https://portolan.example.com/changes/1'

  test('is set, with its link', async () => {
    const { head } = await opened()
    const status = {
      context: 'portolan/db@dev',
      state: 'pending',
      description: 'planning',
      url,
    } as const
    await forge.setStatus(head, status)

    expect(host.statusesOf(head)).toEqual([status])
  })

  test('is cut at whole characters where it is longer than GitHub takes', async () => {
    const { head } = await opened()
    await forge.setStatus(head, {
      context: `portolan/${'c'.repeat(300)}`,
      state: 'failure',
      description: '🌍'.repeat(141),
      url,
    })
    const [status] = host.statusesOf(head)

    expect(status?.context).toHaveLength(255)
    expect(status?.description).toBe(`${'🌍'.repeat(139)}…`)
  })

  test('of a commit that is not there is refused', async () => {
    const status = { context: 'portolan', state: 'success', description: '', url } as const

    await expect(forge.setStatus('0'.repeat(40), status)).rejects.toThrow('No commit found for SHA')
  })
})

describe('people', () => {
  test('have the permission that the host says, and strangers none', async () => {
    const logins = ['ada', 'bob', 'cleo', 'eve', 'dependabot[bot]']

    expect(await Promise.all(logins.map((login) => forge.permissionOf(login)))).toEqual([
      'admin',
      'write',
      'read',
      'none',
      'none',
    ])
  })

  test('are in a team once they accepted', async () => {
    host.users.join('acme/sre', 'ada')
    host.invite('acme/sre', 'bob')

    expect(await forge.isMember('acme/sre', 'ada')).toBe(true)
    expect(await forge.isMember('sre', 'ada')).toBe(true)
    expect(await forge.isMember('acme/sre', 'bob')).toBe(false)
    expect(await forge.isMember('acme/none', 'ada')).toBe(false)
  })
})

test('git logs in with the token', async () => {
  expect(await forge.gitLogin()).toEqual({ user: 'x-access-token', password: host.token })
})
