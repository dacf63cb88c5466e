import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aGitHub, type GitHubHost } from '../../../test/support/hosts/github.ts'
import { githubWebhooks, type WebhookRequest } from '../index.ts'

const secret = 'correct horse'

function signed(body: string, more: Record<string, string> = {}): WebhookRequest {
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  return {
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-hub-signature-256': `sha256=${signature}`,
      ...more,
    },
    body: Buffer.from(body),
  }
}

describe('a signature', () => {
  test('is the one of GitHub’s own example', () => {
    const request = {
      headers: {
        'x-hub-signature-256':
          'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
      },
      body: Buffer.from('Hello, World!'),
    }

    expect(githubWebhooks.verify(request, "It's a Secret to Everybody")).toBe(true)
  })

  test('is refused when any byte of the body or of itself is another one', () => {
    const request = signed('{"ref":"refs/heads/main"}')
    const signature = request.headers['x-hub-signature-256'] ?? ''
    const change = fc.record({ at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) })
    const changed = (bytes: Buffer, { at, by }: { at: number; by: number }) => {
      const copy = Buffer.from(bytes)
      const index = at % copy.length
      copy[index] = (copy[index] ?? 0) ^ by
      return copy
    }

    expect(githubWebhooks.verify(request, secret)).toBe(true)
    fc.assert(
      fc.property(change, (one) => {
        const body = changed(Buffer.from(request.body), one)
        return !githubWebhooks.verify({ ...request, body }, secret)
      }),
    )
    fc.assert(
      fc.property(change, (one) => {
        const other = changed(Buffer.from(signature), one).toString('latin1')
        const headers = { ...request.headers, 'x-hub-signature-256': other }
        return !githubWebhooks.verify({ ...request, headers }, secret)
      }),
    )
  })

  test('is refused when it is missing, of another length, another algorithm or another secret', () => {
    const request = signed('{}')
    const right = request.headers['x-hub-signature-256'] ?? ''
    const verify = (given: string, by = secret) =>
      githubWebhooks.verify({ headers: { 'x-hub-signature-256': given }, body: request.body }, by)
    const sha1 = createHmac('sha1', secret).update('{}').digest('hex')

    expect(verify(right)).toBe(true)
    expect(githubWebhooks.verify({ headers: {}, body: request.body }, secret)).toBe(false)
    const wrong = [
      '',
      'sha256=',
      right.slice(0, -1),
      `${right}0`,
      right.toUpperCase(),
      right.slice(7),
    ]
    expect([...wrong, `sha1=${sha1}`, `${right}é`].filter((each) => verify(each))).toEqual([])
    expect(verify(right, 'another')).toBe(false)
  })

  test('is none without a secret', () => {
    const signature = createHmac('sha256', '').update('{}').digest('hex')
    const headers = { 'x-hub-signature-256': `sha256=${signature}` }

    expect(githubWebhooks.verify({ headers, body: Buffer.from('{}') }, '')).toBe(false)
  })
})

describe('a webhook', () => {
  test('is known by its delivery and its event', () => {
    expect(githubWebhooks.identify(signed('{}'))).toEqual({
      delivery: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      event: 'push',
    })
    expect(githubWebhooks.identify({ headers: {}, body: Buffer.from('{}') })).toBeUndefined()
  })

  test('of Gitea is none, although it has GitHub’s headers', () => {
    expect(githubWebhooks.identify(signed('{}', { 'x-gitea-event': 'push' }))).toBeUndefined()
  })

  test.each(['', 'null', '[]', '{"repository":null}', '{"repository":{"full_name":1}}', '{'])(
    'with the body %j names no repository',
    (body) => {
      expect(githubWebhooks.repositoryOf(signed(body))).toBeUndefined()
    },
  )

  test.each(['{', '[]', '{}', '{"ref":1}'])('with the body %j is refused', (body) => {
    expect(() => githubWebhooks.read(signed(body))).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    )
  })

  test.each(['installation', 'installation_repositories', 'status', 'constructor', 'check_suite'])(
    'of the event %s is ignored',
    (event) => {
      const hint = githubWebhooks.read(signed('{}', { 'x-github-event': event }))

      expect(hint).toEqual({ kind: 'ignored', because: `nothing follows from “${event}”` })
    },
  )

  test('of a tag is ignored', () => {
    expect(githubWebhooks.read(signed('{"ref":"refs/tags/v1"}'))).toMatchObject({ kind: 'ignored' })
  })

  test('of a comment on an issue is ignored', () => {
    const moment = '2026-01-05T08:00:00Z'
    const comment = {
      id: 1,
      body: 'portolan apply',
      user: null,
      created_at: moment,
      updated_at: moment,
    }
    const body = JSON.stringify({ action: 'created', issue: { number: 3 }, comment })

    expect(githubWebhooks.read(signed(body, { 'x-github-event': 'issue_comment' }))).toEqual({
      kind: 'ignored',
      because: 'the comment is on an issue',
    })
  })
})

describe('as GitHub sends it', () => {
  let host: GitHubHost

  beforeAll(async () => {
    host = await aGitHub({ checksAnswers: true })
    host.deliveries.mode = 'hold'
    host.deliverTo('http://127.0.0.1:9/')
  }, 60_000)

  afterAll(() => host.dispose())

  /** What was sent since, verified and read. */
  async function hintsOf(act: () => Promise<unknown>) {
    const before = host.deliveries.all.length
    await act()
    return host.deliveries.all.slice(before).map(({ headers, body, event, id }) => {
      const request = { headers, body: Buffer.from(body) }
      expect(githubWebhooks.verify(request, host.secret)).toBe(true)
      expect(githubWebhooks.identify(request)).toEqual({ delivery: id, event })
      expect(githubWebhooks.repositoryOf(request)).toBe('acme/infra')
      return githubWebhooks.read(request)
    })
  }

  test('everything that happens to a pull request is a hint to look at it', async () => {
    await host.push({ branch: 'topic', files: { a: 'a' } })
    await host.push({ branch: 'other', files: { b: 'b' } })
    const { number } = await host.openPullRequest({ branch: 'topic', author: 'ada' })
    const acts: (() => Promise<unknown>)[] = [
      () =>
        host
          .openPullRequest({ branch: 'other', author: 'ada', draft: true })
          .then(({ number: other }) => host.close(other)),
      () => host.setDraft(number, true),
      () => host.setDraft(number, false),
      () => host.label(number, 'plan'),
      () => host.unlabel(number, 'plan'),
      () => host.retarget(number, 'other'),
      () => host.retarget(number, 'main'),
      () => host.review(number, 'bob', 'approve'),
      () => host.review(number, 'bob', 'dismiss'),
      () => host.close(number),
      () => host.reopen(number),
    ]
    for (const act of acts.slice(1)) {
      expect(await hintsOf(act)).toEqual([{ kind: 'pull-request', number }])
    }
    expect(await hintsOf(acts[0] ?? (async () => undefined))).toHaveLength(2)
  })

  test('a push is a hint of its branch and of the pull request that has it; so is a deletion', async () => {
    await host.push({ branch: 'feature/ä-b', files: { c: 'c' } })
    const { number } = await host.openPullRequest({ branch: 'feature/ä-b', author: 'ada' })

    expect(await hintsOf(() => host.push({ branch: 'feature/ä-b', files: { c: 'd' } }))).toEqual([
      { kind: 'push', branch: 'feature/ä-b' },
      { kind: 'pull-request', number },
    ])
    expect(await hintsOf(() => host.deleteBranch('feature/ä-b'))).toEqual([
      { kind: 'push', branch: 'feature/ä-b' },
      { kind: 'pull-request', number },
    ])
  })

  test('a comment is told with its words; what was edited or deleted is no command', async () => {
    await host.push({ branch: 'talk', files: { e: 'e' } })
    const { number } = await host.openPullRequest({ branch: 'talk', author: 'ada' })
    const body = 'portolan apply 🌍\r\n```\n'

    const [hint] = await hintsOf(() => host.comment(number, 'bob', body))

    const { id } = host.commentsOf(number)[0] ?? { id: '' }
    expect(hint).toMatchObject({
      kind: 'comment',
      comment: { id, number, author: 'bob', body, isEdited: false },
    })
    expect(await hintsOf(() => host.editComment(id, 'portolan destroy'))).toEqual([
      { kind: 'ignored', because: 'a comment that was edited is not a command' },
    ])
    expect(await hintsOf(() => host.deleteComment(id))).toMatchObject([{ kind: 'ignored' }])
  })

  test('a merge queue asks about a commit, on a base, of a pull request', async () => {
    await host.push({ branch: 'queued', files: { f: 'f' } })
    const { number } = await host.openPullRequest({ branch: 'queued', author: 'ada' })
    let commit = ''

    const hints = await hintsOf(async () => {
      commit = await host.queue(number)
    })

    expect(hints).toEqual([
      {
        kind: 'merge-group',
        commit,
        numbers: [number],
      },
    ])
  })

  test('a hook of the content type of forms is read too', async () => {
    host.hook.contentType = 'form'
    await host.push({ branch: 'form', files: { g: 'g' } })

    expect(await hintsOf(() => host.comment(1, 'bob', 'a&b=c+d %41 🌍'))).toMatchObject([
      { kind: 'comment', comment: { body: 'a&b=c+d %41 🌍' } },
    ])
    expect(host.deliveries.all.at(-1)?.body).toMatch(/^payload=/)
    host.hook.contentType = 'json'
  })

  test('the first one is a ping', () => {
    const ping = host.deliveries.all[0]

    expect(
      githubWebhooks.read({ headers: ping?.headers ?? {}, body: Buffer.from(ping?.body ?? '') }),
    ).toEqual({ kind: 'ping' })
  })
})
