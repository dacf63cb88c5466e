import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { aGitHub, type GitHubHost } from '../../../test/support/hosts/github.ts'
import { createGitHubForge, type Forge } from '../index.ts'

const run = promisify(execFile)

const TOKENS = 'POST /app/installations/{installation_id}/access_tokens'
const INSTALLATION = 'GET /repos/{owner}/{repo}/installation'

let host: GitHubHost
let forge: Forge

beforeEach(async () => {
  host = await aGitHub()
  forge = createGitHubForge(host.connection('app'))
  await host.push({ branch: 'topic', files: { a: 'a' } })
  await host.openPullRequest({ branch: 'topic', author: 'ada' })
}, 60_000)

afterEach(() => host.dispose())

describe('a token of the App', () => {
  test('is asked for once, by all who need it at the same time', async () => {
    await Promise.all([forge.pullRequest(1), forge.openPullRequests(), forge.approvals(1)])
    await forge.pullRequest(1)

    expect(host.calls.count(INSTALLATION)).toBe(1)
    expect(host.calls.count(TOKENS)).toBe(1)
  })

  test('is another one before it expires', async () => {
    host.app.lifetime = 240
    await forge.pullRequest(1)
    host.app.lifetime = 3600
    await forge.pullRequest(1)
    await forge.pullRequest(1)

    expect(host.calls.count(TOKENS)).toBe(2)
    expect(host.calls.count(INSTALLATION)).toBe(1)
  })

  test('is another one when it is not accepted any more, once', async () => {
    await forge.pullRequest(1)
    host.revokeTokens()
    expect(await forge.pullRequest(1)).toMatchObject({ number: 1 })

    host.faults.next('unauthorized', { times: 3, route: 'pulls' })
    host.calls.clear()
    await expect(forge.pullRequest(1)).rejects.toMatchObject({ code: 'forbidden' })
    expect(host.calls.count('pulls')).toBe(2)
    expect(host.calls.count(TOKENS)).toBe(1)
  })

  test('is asked for again after asking failed', async () => {
    host.faults.next('before', { route: TOKENS })

    await expect(forge.pullRequest(1)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await forge.pullRequest(1)).toMatchObject({ number: 1 })
  })

  test('makes GitHub’s wish to be left alone known', async () => {
    host.faults.next('secondary-rate-limit', { route: TOKENS })

    await expect(forge.pullRequest(1)).rejects.toMatchObject({
      code: 'unavailable',
      details: { retryAfterSeconds: 7 },
    })
  })

  test('is of the installation that is given, without looking for it', async () => {
    const connection = host.connection('app')
    const installationId = String(host.app.installation)
    const credentials = {
      ...connection.credentials,
      installationId,
    } as typeof connection.credentials
    await createGitHubForge({ ...connection, credentials }).pullRequest(1)

    expect(host.calls.count(INSTALLATION)).toBe(0)
  })

  test('is of the new installation, after the App was installed again', async () => {
    await forge.pullRequest(1)
    host.app.installation = 78
    host.revokeTokens()

    await expect(forge.pullRequest(1)).rejects.toMatchObject({ code: 'not_found' })
    expect(await forge.pullRequest(1)).toMatchObject({ number: 1 })
  })

  test('lets git fetch, also the head of a fork', async () => {
    await host.push({ branch: 'fix', files: { b: 'b' }, fork: 'eve' })
    const { number, head } = await host.openPullRequest({
      branch: 'fix',
      author: 'eve',
      fork: 'eve',
    })
    const login = await forge.gitLogin()
    const url = new URL(host.cloneUrl)
    url.username = login?.user ?? ''
    url.password = login?.password ?? ''

    const { stdout } = await run('git', ['ls-remote', url.href, forge.headRef(number) ?? ''])

    expect(stdout).toBe(`${head}\trefs/pull/${number}/head\n`)
    host.revokeTokens()
    url.password = 'none'
    await expect(
      run('git', ['ls-remote', url.href], { env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } }),
    ).rejects.toThrow()
  })
})

test('the App’s own comment is found by its marker', async () => {
  const comment = { marker: '<!-- m -->', body: '<!-- m -->', known: undefined }
  const id = await forge.upsertComment(1, comment)

  expect(await forge.upsertComment(1, comment)).toBe(id)
  expect(host.commentsOf(1)).toMatchObject([{ author: 'portolan[bot]' }])
  expect(host.calls.count('GET /app')).toBe(1)
})

describe('what the App was not given', () => {
  test.each([
    ['statuses', 'Commit statuses: read and write', () => setStatus()],
    ['pull_requests', 'Pull requests: read and write', () => comment()],
    ['contents', 'Contents: read and write', () => merge()],
    ['members', 'Members: read, of the organization', () => forge.isMember('acme/sre', 'ada')],
  ] as const)('is said: %s', async (permission, words, act) => {
    const { [permission]: _, ...others } = host.app.permissions
    host.app.permissions = others

    await expect(act()).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('Resource not accessible by integration'),
      next: expect.stringContaining(words),
    })
  })

  const status = {
    context: 'portolan',
    state: 'pending',
    description: '',
    url: 'https://a.example',
  } as const
  const setStatus = () => forge.setStatus(host.pullRequest(1).head, status)
  const comment = () => forge.react({ id: '1', number: 1 }, 'seen')
  const merge = () => forge.merge(1, { head: host.pullRequest(1).head, method: 'merge' })
})

test('a key that is none is told without quoting it', async () => {
  const connection = host.connection('app')
  const credentials = {
    ...connection.credentials,
    privateKey: 'secret nonsense',
  } as typeof connection.credentials
  const wrong = createGitHubForge({ ...connection, credentials })
  const refusal = await wrong.pullRequest(1).catch((error: unknown) => error)

  expect(refusal).toMatchObject({ code: 'forbidden', next: expect.stringContaining('.pem') })
  expect(JSON.stringify(refusal) + String(refusal)).not.toContain('nonsense')
})

test('an App of another key is not accepted', async () => {
  const other = await aGitHub()
  const connection = host.connection('app')
  const credentials = {
    ...connection.credentials,
    privateKey: other.privateKey,
  } as typeof connection.credentials

  await expect(
    createGitHubForge({ ...connection, credentials }).pullRequest(1),
  ).rejects.toMatchObject({
    code: 'forbidden',
    next: expect.stringContaining('clock'),
  })
  await other.dispose()
})
