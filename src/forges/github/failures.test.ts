import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { aGitHub, type GitHubHost } from '../../../test/support/hosts/github.ts'
import { createGitHubForge, type Forge } from '../index.ts'
import { failureOf } from './failure.ts'

let host: GitHubHost
let forge: Forge

beforeAll(async () => {
  host = await aGitHub()
  forge = createGitHubForge(host.connection())
  await host.push({ branch: 'topic', files: { a: 'a' } })
  await host.openPullRequest({ branch: 'topic', author: 'ada' })
}, 60_000)

afterEach(() => host.faults.clear())

afterAll(() => host.dispose())

const open: (() => Promise<void>)[] = []

afterAll(() => Promise.all(open.map((close) => close())))

/** Something that says whatever it likes. */
async function aServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  )
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const forgeAt = (apiUrl: string, deadline = 10_000) =>
  createGitHubForge({ ...host.connection(), apiUrl }, { deadline })

describe('GitHub asks to be left alone', () => {
  test('for as long as it says, when it was too much at once', async () => {
    host.faults.next('secondary-rate-limit')

    await expect(forge.pullRequest(1)).rejects.toMatchObject({
      code: 'unavailable',
      details: { retryAfterSeconds: 7 },
    })
    expect(await forge.pullRequest(1)).toMatchObject({ number: 1 })
  })

  test('until the hour is over, when all calls are used up', async () => {
    host.faults.next('rate-limit')
    const refusal = await forge.openPullRequests().catch((error: unknown) => error)

    expect(refusal).toMatchObject({ code: 'unavailable' })
    const { retryAfterSeconds } = (refusal as { details: { retryAfterSeconds: number } }).details
    expect(retryAfterSeconds).toBeGreaterThan(60)
    expect(retryAfterSeconds).toBeLessThanOrEqual(121)
  })

  const asked = { host: 'github.com', action: 'read it', permission: 'Metadata: read' }
  const usedUp = { 'x-ratelimit-remaining': '0' }
  const secondary = { message: 'You have exceeded a secondary rate limit.' }

  test.each([
    { why: 'a 429 without anything', status: 429, seconds: 60 },
    { why: 'the words of the secondary one alone', data: secondary, seconds: 60 },
    { why: 'retry-after before all', headers: { 'retry-after': '3', ...usedUp }, seconds: 3 },
    { why: 'retry-after of nothing', headers: { 'retry-after': '0' }, seconds: 1 },
    { why: 'a reset that is over', headers: { ...usedUp, 'x-ratelimit-reset': '1' }, seconds: 1 },
    {
      why: 'a reset, by the clock of GitHub',
      headers: {
        ...usedUp,
        'x-ratelimit-reset': String(Date.UTC(2020, 0, 1, 0, 1, 30) / 1000),
        date: 'Wed, 01 Jan 2020 00:01:00 GMT',
      },
      seconds: 30,
    },
    { why: 'nonsense', status: 429, headers: { 'retry-after': 'soon' }, seconds: 60 },
    { why: 'a year', headers: { 'retry-after': '31536000' }, seconds: 7200 },
  ])('with $why', ({ status = 403, headers = {}, data, seconds }) => {
    expect(failureOf({ status, headers, data }, asked)).toMatchObject({
      code: 'unavailable',
      details: { retryAfterSeconds: seconds },
    })
  })

  test('is not what a missing permission means, however few calls are left', () => {
    const headers = { 'x-ratelimit-remaining': '17' }
    const data = { message: 'Resource not accessible by personal access token' }

    expect(failureOf({ status: 403, headers, data }, asked)).toMatchObject({
      code: 'forbidden',
      message:
        'cannot read it: github.com forbids it (“Resource not accessible by personal access token”)',
      next: expect.stringContaining('“Metadata: read”'),
    })
  })
})

describe('GitHub is not well', () => {
  test.each(['before', 'after', 'cut'] as const)('when it fails: %s', async (fault) => {
    host.faults.next(fault)

    await expect(forge.pullRequest(1)).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('when it does not answer in time', async () => {
    host.faults.next('slow')
    const impatient = createGitHubForge(host.connection(), { deadline: 100 })

    await expect(impatient.pullRequest(1)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('did not answer in time'),
    })
  })

  test('when nobody is there', async () => {
    await expect(forgeAt('http://127.0.0.1:9').pullRequest(1)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('ghe.example.com cannot be reached'),
    })
  })

  test.each([
    ['a page', 'text/html', '<h1>Log in</h1>'],
    ['something else', 'application/json', '{"number":"1"}'],
    ['nothing', 'application/json', ''],
    ['half of it', 'application/json', '{"number":1,'],
  ])('when it answers %s', async (_, type, body) => {
    const url = await aServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': type }).end(body)
    })

    await expect(forgeAt(url).pullRequest(1)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('something unexpected'),
    })
  })

  test('when an answer does not end', async () => {
    const url = await aServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' })
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(1 << 20, 32)));
      }
      response.on('drain', more)
      more()
    })

    await expect(forgeAt(url, 60_000).pullRequest(1)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('larger than'),
    })
  }, 60_000)

  test('when a list does not end', async () => {
    const url = await aServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', Link: '<x>; rel="next"' })
      response.end('[]')
    })

    await expect(forgeAt(url).openPullRequests()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('does not end'),
    })
  })
})

test('a base that moved meanwhile makes a merge wait, as GitHub asks', async () => {
  const now = {
    state: 'open',
    merged: false,
    mergeable: true,
    mergeable_state: 'clean',
    head: { sha: 'a' },
    base: { ref: 'main' },
  }
  const url = await aServer((request, response) => {
    const isMerge = request.method === 'PUT'
    const message = 'Base branch was modified. Review and try the merge again.'
    response.writeHead(isMerge ? 405 : 200, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(isMerge ? { message } : now))
  })

  await expect(forgeAt(url).merge(1, { head: 'a', method: 'merge' })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('Base branch was modified'),
  })
})

test.each([
  ['RATE_LIMITED', { code: 'unavailable', details: { retryAfterSeconds: 60 } }],
  ['FORBIDDEN', { code: 'forbidden', next: expect.stringContaining('Pull requests: read') }],
])('GraphQL that says %s with a 200 is a refusal all the same', async (type, refusal) => {
  const blocked = {
    state: 'open',
    merged: false,
    mergeable: true,
    mergeable_state: 'blocked',
    head: { sha: 'a' },
    base: { ref: 'main' },
  }
  const url = await aServer((request, response) => {
    const answers: Record<string, unknown> = {
      '/graphql': { errors: [{ type, message: 'no' }] },
      '/repos/acme/infra/pulls/1': blocked,
      '/repos/acme/infra/branches/main': {},
    }
    response.writeHead(200, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(answers[request.url ?? ''] ?? []))
  })

  await expect(forgeAt(url).mergeability(1)).rejects.toMatchObject(refusal)
})

describe('what goes out with credentials stays at the host', () => {
  const elsewhere: string[] = []
  let other: string

  beforeAll(async () => {
    other = await aServer((request, response) => {
      elsewhere.push(request.url ?? '')
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('[]')
    })
  })

  test.each([301, 302, 307, 308])('when it redirects with %i', async (status) => {
    const url = await aServer((request, response) => {
      response.writeHead(status, { Location: `${other}${request.url}` }).end()
    })

    await expect(forgeAt(url).openPullRequests()).rejects.toMatchObject({
      code: 'not_found',
      next: expect.stringContaining('renamed'),
    })
    expect(elsewhere).toEqual([])
  })

  test('when the next page is elsewhere', async () => {
    const pages: string[] = []
    const url = await aServer((request, response) => {
      const { searchParams } = new URL(request.url ?? '', other)
      pages.push(searchParams.get('page') ?? '')
      const link = pages.length < 3 ? { Link: `<${other}/next>; rel="next"` } : {}
      response.writeHead(200, { 'Content-Type': 'application/json', ...link }).end('[]')
    })

    expect(await forgeAt(url).openPullRequests()).toEqual([])
    expect(pages).toEqual(['1', '2', '3'])
    expect(elsewhere).toEqual([])
  })

  test('and a redirect within it is followed, as for a repository that was renamed', async () => {
    const url = await aServer((request, response) => {
      if (request.url?.startsWith('/repositories/1/pulls')) {
        const isIts = request.headers.authorization === `Bearer ${host.token}`
        return response
          .writeHead(isIts ? 200 : 401, { 'Content-Type': 'application/json' })
          .end('[]')
      }
      return response.writeHead(301, { Location: '/repositories/1/pulls' }).end()
    })

    expect(await forgeAt(url).openPullRequests()).toEqual([])
  })

  test('and not in circles, nor as another request than the one that was made', async () => {
    const asked: string[] = []
    const url = await aServer((request, response) => {
      asked.push(request.method ?? '')
      response.writeHead(302, { Location: '/again' }).end()
    })

    await expect(forgeAt(url).openPullRequests()).rejects.toMatchObject({ code: 'not_found' })
    const circles = asked.length
    await expect(forgeAt(url).react({ id: '1', number: 1 }, 'seen')).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(circles).toBeLessThan(6)
    expect(asked.slice(circles)).toEqual(['POST'])
  })
})

test('no secret and no whole answer is in what is told', async () => {
  const url = await aServer((request, response) => {
    const said = `${request.headers.authorization}\n\u202e<b>${'x'.repeat(5000)}`
    response
      .writeHead(403, { 'Content-Type': 'application/json' })
      .end(JSON.stringify({ message: said, errors: [{ message: said }] }))
  })
  const refusal = await forgeAt(url)
    .pullRequest(1)
    .catch((error: unknown) => error)

  expect(refusal).toMatchObject({ code: 'forbidden' })
  const { message, stack, cause } = refusal as Error
  expect(`${message}${stack}${JSON.stringify(cause)}`).not.toContain(host.token)
  expect(message.length).toBeLessThan(400)
  expect(message).not.toMatch(/[\n\u202e]/)
})

test('a comment of an account that was used before is written anew', async () => {
  const asked: string[] = []
  const url = await aServer(({ method = '', url: path = '' }, response) => {
    asked.push(`${method} ${path.replace(/\?.*/, '')}`)
    const answers: Readonly<Record<string, readonly [number, unknown]>> = {
      PATCH: [403, { message: 'Must have admin rights to Repository.' }],
      POST: [201, { id: 9 }],
    }
    const [status, data] = answers[method] ?? [200, path === '/user' ? { login: 'new-bot' } : []]
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(data))
  })

  const id = await forgeAt(url).upsertComment(1, {
    marker: '<!-- -->',
    body: 'planned',
    known: '8',
  })

  expect(id).toBe('9')
  expect(asked.at(-1)).toBe('POST /repos/acme/infra/issues/1/comments')
})

test('a token that no request can hold is in nothing that is told', async () => {
  const credentials = { type: 'token', token: 'my-token\nof two lines' } as const
  const forge = createGitHubForge({ ...host.connection(), credentials })

  const error = await forge.pullRequest(1).catch((thrown: unknown) => thrown)

  expect(error).toMatchObject({ code: 'unavailable' })
  expect(inspect(error)).not.toContain('my-token')
})

test('a token that is not accepted is told with what to do', async () => {
  const connection = host.connection()
  const wrong = createGitHubForge({ ...connection, credentials: { type: 'token', token: 'no' } })

  await expect(wrong.pullRequest(1)).rejects.toMatchObject({
    code: 'forbidden',
    next: expect.stringContaining('expired or revoked'),
  })
})
