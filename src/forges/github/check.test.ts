import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { aGitHub, type GitHubHost } from '../../../test/support/hosts/github.ts'
import { createGitHubForge, type ForgeCheck } from '../index.ts'

let host: GitHubHost
let hookUrl: string
let answer = 200
let close: () => void

beforeEach(async () => {
  host = await aGitHub()
  answer = 200
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(answer).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  hookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  close = () => server.close()
}, 60_000)

afterEach(async () => {
  close()
  await host.dispose()
})

async function check(by: 'token' | 'app' = 'token', webhookUrl: string | undefined = hookUrl) {
  const checks = await createGitHubForge(host.connection(by)).check({ webhookUrl })
  return new Map(checks.map((each): [string, ForgeCheck] => [each.name, each]))
}

const verdicts = (checks: ReadonlyMap<string, ForgeCheck>) =>
  Object.fromEntries([...checks].map(([name, { verdict }]) => [name, verdict]))

const allWork = {
  credentials: 'works',
  repository: 'works',
  comments: 'works',
  statuses: 'works',
  merge: 'works',
  webhook: 'works',
}

test.each(['token', 'app'] as const)('everything works, as %s', async (by) => {
  host.deliverTo(hookUrl)
  await host.deliveries.settled()

  const checks = await check(by)

  expect(verdicts(checks)).toEqual(allWork)
  expect([...checks.values()].filter((each) => each.next !== undefined)).toEqual([])
})

test('credentials that are not accepted are told alone', async () => {
  host.faults.next('unauthorized', { times: 100 })

  expect([...(await check()).values()]).toMatchObject([
    { name: 'credentials', verdict: 'fails', next: expect.stringContaining('Give a token') },
  ])
})

test('what cannot be found out now is unknown', async () => {
  host.faults.next('before', { times: 100, route: '/hooks' })

  expect((await check()).get('webhook')).toMatchObject({
    verdict: 'unknown',
    next: 'Try again later.',
  })
})

describe('an App', () => {
  test('that lacks a permission says which to click', async () => {
    host.app.permissions = { contents: 'read', metadata: 'read', issues: 'write' }
    const checks = await check('app')

    expect(verdicts(checks)).toMatchObject({ comments: 'works', statuses: 'fails', merge: 'fails' })
    expect(checks.get('statuses')?.next).toContain('“Commit statuses” to “Read and write”')
    expect(checks.get('merge')?.next).toContain('“Contents” to “Read and write”')
  })

  test('whose webhook leads elsewhere is told the address', async () => {
    host.deliverTo(`${hookUrl}/elsewhere`)

    expect((await check('app')).get('webhook')).toMatchObject({
      verdict: 'fails',
      next: expect.stringContaining(hookUrl),
    })
  })

  test('that does not hear of comments is told so', async () => {
    host.deliverTo(hookUrl)
    host.hook.events = ['pull_request', 'push', 'pull_request_review']

    expect((await check('app')).get('webhook')?.sentence).toBe(
      'The App does not hear of issue_comment.',
    )
  })
})

describe('the last webhook of an App', () => {
  const ofApp = { event: 'installation', status: 'Unauthorized', status_code: 401 }
  const isOurs = { event: 'push', status: 'Unauthorized', status_code: 401 }

  /** The host, which says that it has sent this, the newest first. */
  async function having(sent: (repository: number) => readonly object[]) {
    host.deliverTo(hookUrl)
    const server = createServer(async ({ url = '', method = '', headers }, response) => {
      const ask = (path: string) =>
        fetch(`${host.apiUrl}${path}`, {
          method,
          headers: { authorization: headers.authorization ?? '' },
        })
      const answered = await ask(url)
      const told = url.startsWith('/app/hook/deliveries') ? sent(repository) : await answered.json()
      response
        .writeHead(answered.status, { 'Content-Type': 'application/json' })
        .end(JSON.stringify(told))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.close()
    })
    const authorization = `Bearer ${host.token}`
    const itself = await fetch(`${host.apiUrl}/repos/${host.repository}`, {
      headers: { authorization },
    })
    const { id: repository } = (await itself.json()) as { id: number }
    const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const checks = await createGitHubForge({ ...host.connection('app'), apiUrl }).check({
      webhookUrl: hookUrl,
    })
    return checks.find(({ name }) => name === 'webhook')
  }

  test('is none of the App itself, nor of another repository', async () => {
    const sent = (repository: number) => [
      { ...ofApp, repository_id: null },
      { ...isOurs, repository_id: repository + 1 },
    ]
    expect(await having(sent)).toMatchObject({ verdict: 'works' })
  })

  test('that was answered with a refusal makes one look at the secret', async () => {
    const sent = (repository: number) => [
      { ...ofApp, repository_id: repository },
      { ...isOurs, repository_id: repository },
    ]
    expect(await having(sent)).toMatchObject({
      verdict: 'fails',
      next: expect.stringContaining('secret'),
    })
  })
})

describe('a webhook of the repository', () => {
  test('that is not there is told how to make', async () => {
    expect((await check()).get('webhook')).toMatchObject({
      verdict: 'fails',
      next: expect.stringContaining(`Payload URL ${hookUrl}`),
    })
  })

  test('that was answered with a refusal makes one look at the secret', async () => {
    answer = 401
    host.deliverTo(hookUrl)
    await host.deliveries.settled()

    expect((await check()).get('webhook')).toMatchObject({
      verdict: 'fails',
      sentence: expect.stringContaining('401'),
      next: expect.stringContaining('secret'),
    })
  })

  test('that is off, or does not tell of all, is told', async () => {
    host.deliverTo(hookUrl)
    host.hook.active = false
    const off = (await check()).get('webhook')
    host.hook.active = true
    host.hook.events = ['push']

    expect(off?.sentence).toBe('The webhook is off.')
    expect((await check()).get('webhook')?.sentence).toContain('issue_comment')
  })

  test('is unknown when the server has no address, or the token may not look', async () => {
    const checks = await createGitHubForge(host.connection()).check({ webhookUrl: undefined })

    expect(checks.find((each) => each.name === 'webhook')).toMatchObject({ verdict: 'unknown' })
  })
})

test('a token of an account that may only read is told so', async () => {
  host.users.add(host.botLogin, 'read')

  expect((await check()).get('merge')).toMatchObject({
    verdict: 'fails',
    next: expect.stringContaining('role Write'),
  })
})
