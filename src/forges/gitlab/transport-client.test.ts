import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test as plain } from 'vitest'
import { connectionTo } from '../../../test/support/hosts/connection.ts'
import { test } from '../../../test/support/hosts/gitlab-forge.ts'
import { AppError } from '../../platform/errors.ts'
import type { Forge } from '../forge.ts'
import { createGitLabForge } from './forge-client.ts'

const token = 'glpat-secret-of-the-test'

/** A server of any kind, and what speaks with it. */
async function speakingTo(listener: RequestListener, deadline = 30_000, path = ''): Promise<Forge> {
  const url = await serve(listener)
  return createGitLabForge(
    {
      projectId: 'p',
      kind: 'gitlab',
      apiUrl: `${url}${path}`,
      host: 'gitlab.example.com',
      repository: 'acme/infra',
      credentials: { type: 'token', token },
      secrets: [],
      settings: { hostRoles: {}, botLogin: undefined, customWorkflows: false },
    },
    { deadline },
  )
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function refusalOf(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw new Error(`no refusal: ${String(error)}`)
  // Whatever happened, and whatever it holds inside.
  expect(
    `${error.message} ${error.next} ${JSON.stringify(error.details)} ${String(error.cause)}`,
  ).not.toContain(token)
  return error
}

test.for([
  ['rate-limit', 42],
  ['secondary-rate-limit', 17],
] as const)(
  'at a %s nothing is tried again, and when to is told',
  async ([fault, seconds], { gitlab, forge, open }) => {
    await open()
    gitlab.faults.next(fault)

    const refusal = await refusalOf(forge.pullRequest(1))

    expect(refusal).toMatchObject({ code: 'unavailable' })
    const { retryAfterSeconds } = refusal.details
    expect(retryAfterSeconds).toBeGreaterThan(seconds - 15)
    expect(retryAfterSeconds).toBeLessThanOrEqual(seconds + 1)
    expect(gitlab.calls.all).toHaveLength(1)
  },
)

plain('a failure of another kind does not say when to come again', async () => {
  const reset = String(Math.ceil(Date.now() / 1000) + 50)
  const forge = await speakingTo((_, response) => {
    const headers = { 'RateLimit-Remaining': '1999', 'RateLimit-Reset': reset }
    response.writeHead(503, headers).end()
  })

  const { details } = await refusalOf(forge.pullRequest(1))

  expect(details).toEqual({ status: 503 })
})

plain.for([
  { 'Retry-After': '999999' },
  { 'RateLimit-Remaining': '0', 'RateLimit-Reset': '99999999999' },
])('nobody is left alone for days: %o', async (headers) => {
  const forge = await speakingTo((_, response) => {
    response.writeHead(429, headers).end()
  })

  const { details } = await refusalOf(forge.pullRequest(1))

  expect(details).toEqual({ status: 429, retryAfterSeconds: 7200 })
})

plain('a host that says what it was sent is not quoted with it', async () => {
  const forge = await speakingTo((request, response) => {
    const message = `not with ${request.headers['private-token']}`
    response.writeHead(422, { 'Content-Type': 'application/json' }).end(JSON.stringify({ message }))
  })

  expect((await refusalOf(forge.pullRequest(1))).message).toContain('not with …')
})

plain('a comment of an access token that was used before is written anew', async () => {
  const asked: string[] = []
  const note = {
    id: 9,
    body: 'planned',
    system: false,
    created_at: '2026-11-02',
    updated_at: '2026-11-02',
  }
  const forge = await speakingTo(({ method = '', url = '' }, response) => {
    asked.push(`${method} ${url.replace(/\?.*/, '')}`)
    const answers: Readonly<Record<string, readonly [number, unknown]>> = {
      PUT: [403, { message: '403 Forbidden' }],
      POST: [201, note],
    }
    const isUser = url.startsWith('/api/v4/user')
    const [status, data] = answers[method] ?? [200, isUser ? { id: 2, username: 'new' } : []]
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(data))
  })

  const id = await forge.upsertComment(1, { marker: '<!-- -->', body: 'planned', known: '8' })

  expect(id).toBe('9')
  expect(asked.at(-1)).toBe('POST /api/v4/projects/acme%2Finfra/merge_requests/1/notes')
})

test('a 502 is not tried again inside: the library would, ten times', async ({
  gitlab,
  forge,
  open,
}) => {
  await open()
  gitlab.faults.next('before', { times: 3 })

  expect(await refusalOf(forge.pullRequest(1))).toMatchObject({
    code: 'unavailable',
    message: 'gitlab.example.com failed to read merge request !1 (502)',
  })
  expect(gitlab.calls.all).toHaveLength(1)
})

test('the library’s own queue is not asked: more comments than it lets through in a minute', async ({
  gitlab,
  forge,
  open,
}) => {
  await open()
  const notes = 'GET /projects/:id/merge_requests/:merge_request_iid/notes'
  gitlab.answerWith(notes, { status: 200, body: undefined, list: [] })

  const body = { marker: '<!-- m -->', body: 'x', known: undefined }
  for (let batch = 0; batch < 31; batch += 1) {
    await Promise.all(Array.from({ length: 10 }, () => forge.upsertComment(1, body)))
  }

  expect(gitlab.calls.count('POST')).toBe(310)
})

test('a token that was revoked, a scope and a role that are missing are told apart', async ({
  gitlab,
  forge,
  open,
}) => {
  await open()
  gitlab.faults.next('unauthorized')
  expect(await refusalOf(forge.pullRequest(1))).toMatchObject({
    code: 'forbidden',
    next: expect.stringContaining('expired'),
  })
  gitlab.settings.scopes = ['read_repository']
  expect(await refusalOf(forge.pullRequest(1))).toMatchObject({
    code: 'forbidden',
    message: expect.stringContaining('lacks the scope `api`'),
  })
  gitlab.settings.scopes = ['api']
  gitlab.settings.role = 10
  expect(await refusalOf(forge.pullRequest(1))).toMatchObject({
    code: 'forbidden',
    next: expect.stringContaining('role Reporter'),
  })
})

test('a host that does not answer is given up', async ({ gitlab, open }) => {
  await open()
  gitlab.faults.next('slow')
  const forge = createGitLabForge(connectionTo(gitlab), { deadline: 50 })

  expect(await refusalOf(forge.pullRequest(1))).toMatchObject({
    code: 'unavailable',
    message: 'gitlab.example.com did not answer in time',
  })
})

plain('an answer that never ends is given up too', async () => {
  const forge = await speakingTo((_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' }).write('{')
  }, 50)

  expect(await refusalOf(forge.pullRequest(1))).toMatchObject({ code: 'unavailable' })
})

plain('an answer without end of size is not read to its end', async () => {
  const forge = await speakingTo((_, response) => {
    const chunk = Buffer.alloc(1 << 20, ' ')
    const more = () => {
      while (response.write(chunk));
      response.once('drain', more)
    }
    response.writeHead(200, { 'Content-Type': 'application/json' })
    more()
  }, 30_000)

  expect(await refusalOf(forge.pullRequest(1))).toMatchObject({
    code: 'unavailable',
    message: 'gitlab.example.com answered with more than 32 MiB',
  })
})

test('a repository that was renamed is read under its new name; a change of it is refused', async ({
  gitlab,
  open,
}) => {
  const { head } = await open()
  gitlab.settings.movedFrom = 'acme/old'
  const forge = createGitLabForge(connectionTo(gitlab, { repository: 'acme/old' }))

  expect(await forge.pullRequest(1)).toMatchObject({ number: 1 })
  expect(await refusalOf(forge.merge(1, { head, method: 'merge' }))).toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('moved projects'),
  })
})

plain(
  'the token is not sent where a redirect leads, be it another host or another path',
  async () => {
    const seen: unknown[] = []
    const elsewhere = await serve((request, response) => {
      seen.push(request.headers)
      response.end('{}')
    })
    for (const target of [`${elsewhere}/api/v4/projects/1`, '/evil/api/v4/projects/1']) {
      const paths: unknown[] = []
      const forge = await speakingTo(
        (request, response) => {
          paths.push(request.url)
          response.writeHead(302, { Location: target }).end()
        },
        30_000,
        '/gitlab',
      )
      expect(await refusalOf(forge.pullRequest(1))).toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('the token was not sent there'),
      })
      expect(paths).toHaveLength(1)
    }
    expect(seen).toEqual([])
  },
)

plain('a change that is redirected is not made elsewhere, nor read as done', async () => {
  const seen: string[] = []
  const forge = await speakingTo((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    if (request.url === '/api/v4/moved') response.end('{}')
    else response.writeHead(301, { Location: '/api/v4/moved' }).end()
  })

  expect(await refusalOf(forge.react({ id: '1', number: 1 }, 'seen'))).toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('sends elsewhere'),
  })
  expect(seen).toHaveLength(1)
})

plain('a host that redirects to itself without end is given up', async () => {
  let count = 0
  const forge = await speakingTo((request, response) => {
    count += 1
    response.writeHead(302, { Location: request.url ?? '' }).end()
  })

  expect(await refusalOf(forge.pullRequest(1))).toMatchObject({ code: 'unavailable' })
  expect(count).toBe(4)
})

plain('pages are asked for at the known address, wherever a link of the host leads', async () => {
  const seen: string[] = []
  const elsewhere = await serve((request, response) => {
    seen.push(`elsewhere ${request.url}`)
    response.end('[]')
  })
  const forge = await speakingTo((request, response) => {
    const url = new URL(request.url ?? '', 'http://x')
    const page = url.searchParams.get('page')
    seen.push(`here ${page}`)
    response
      .writeHead(200, {
        'Content-Type': 'application/json',
        Link: `<${elsewhere}/api/v4/steal?page=2>; rel="next"`,
        // Forwards once, then for ever the same.
        'X-Next-Page': '2',
      })
      .end('[]')
  })

  expect(await forge.openPullRequests()).toEqual([])
  expect(seen).toEqual(['here 1', 'here 2'])
})

plain.for([
  ['a page for people', '<html><script>alert(1)</script>Sign in</html>'],
  ['half of it', '{"iid": 1, "title": "x'],
  ['nothing', ''],
  ['a list', '[]'],
  ['something else', '{"iid": "one"}'],
  ['a number', '7'],
  ['null', 'null'],
  ['too deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
])('an answer that is %s is refused without being repeated', async ([, body]) => {
  const forge = await speakingTo((_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(body)
  })

  const refusal = await refusalOf(forge.pullRequest(1))

  expect(refusal).toMatchObject({ code: 'unavailable' })
  expect(refusal.message).not.toContain('<')
})

plain.for([
  ['a string', { message: 'no\u202E\u0007 way\n\nback' }, 'no way back'],
  ['fields', { message: { body: ['is too long', 'is odd'] } }, 'body is too long, is odd'],
  ['an error', { error: 'sha is invalid' }, 'sha is invalid'],
  ['much', { message: 'x'.repeat(5_000) }, `${'x'.repeat(299)}…`],
] as const)('what GitLab says as %s is one harmless line', async ([, body, line]) => {
  const forge = await speakingTo((_, response) => {
    response.writeHead(400, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  })

  expect(await refusalOf(forge.approvals(1))).toMatchObject({
    code: 'conflict',
    message: `gitlab.example.com refuses to read approvals (400). It said: ${line}`,
  })
})

plain('nothing of a page in a refusal is told', async () => {
  const forge = await speakingTo((_, response) => {
    response.writeHead(403, { 'Content-Type': 'text/html' }).end(`<h1>${token}</h1>`)
  })

  expect(await refusalOf(forge.approvals(1))).toMatchObject({ code: 'forbidden' })
})

plain('a token that no header can hold is told of without the token', async () => {
  const apiUrl = await serve((_, response) => response.end('{}'))
  const forge = createGitLabForge({
    projectId: 'p',
    kind: 'gitlab',
    apiUrl,
    host: 'gitlab.example.com',
    repository: 'acme/infra',
    credentials: { type: 'token', token: `${token}\nX-Evil: 1` },
    secrets: [],
    settings: { hostRoles: {}, botLogin: undefined, customWorkflows: false },
  })

  expect(await refusalOf(forge.pullRequest(1))).toMatchObject({ code: 'unavailable' })
})
