import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'vitest'
import { connectionTo } from '../../../test/support/hosts/connection.ts'
import { test } from '../../../test/support/hosts/gitlab-forge.ts'
import type { Forge, ForgeCheck } from '../forge.ts'
import { createGitLabForge } from './forge-client.ts'

const webhookUrl = 'https://portolan.example.com/webhooks/gitlab'

async function checksOf(
  forge: Forge,
  url: string | undefined = webhookUrl,
): Promise<Record<ForgeCheck['name'], ForgeCheck>> {
  const checks = await forge.check({ webhookUrl: url })
  expect(checks.map(({ name }) => name)).toEqual([
    'credentials',
    'repository',
    'comments',
    'statuses',
    'webhook',
    'merge',
  ])
  // Each that does not work says what to do.
  for (const check of checks) {
    if (check.verdict === 'fails') expect(check.next, check.name).toBeDefined()
    expect(check.sentence).toMatch(/^\S.*\.$/)
  }
  const named: Partial<Record<ForgeCheck['name'], ForgeCheck>> = {}
  for (const check of checks) named[check.name] = check
  return named as Record<ForgeCheck['name'], ForgeCheck>
}

test('all of a good set-up works', async ({ gitlab, forge }) => {
  gitlab.deliverTo(webhookUrl)

  const checks = await checksOf(forge)

  expect(Object.values(checks).map(({ verdict }) => verdict)).toEqual(Array(6).fill('works'))
  expect(checks.credentials.sentence).toContain(gitlab.botLogin)
  expect(checks.credentials.sentence).toContain('2027-01-31')
})

test('a token that GitLab does not know leaves nothing to find out, and is not told', async ({
  gitlab,
}) => {
  const token = 'glpat-wrong'
  const connection = connectionTo(gitlab, { credentials: { type: 'token', token } })

  const checks = await checksOf(createGitLabForge(connection))

  expect(Object.values(checks).map(({ verdict }) => verdict)).toEqual([
    ...['fails', 'fails'],
    ...Array(4).fill('unknown'),
  ])
  expect(checks.credentials.sentence).toContain('does not accept the token')
  expect(JSON.stringify(checks)).not.toContain(token)
})

test('a token without the scope is told apart from one whose role is too low', async ({
  gitlab,
  forge,
}) => {
  gitlab.settings.scopes = ['read_api']
  const checks = await checksOf(forge)
  expect(checks.credentials).toMatchObject({ verdict: 'fails' })
  expect(checks.credentials.sentence).toContain('scope')

  gitlab.settings.scopes = ['api']
  gitlab.settings.role = 20
  const low = await checksOf(forge)
  expect(low.comments.verdict).toBe('works')
  expect(low.statuses).toMatchObject({
    verdict: 'fails',
    next: expect.stringContaining('Developer'),
  })
  expect(low.merge).toMatchObject({ verdict: 'fails', next: expect.stringContaining('Protected') })
  expect(low.webhook).toMatchObject({ verdict: 'unknown' })
})

test('a repository that is not there, archived or renamed is told', async ({ gitlab, forge }) => {
  const other = createGitLabForge(connectionTo(gitlab, { repository: 'acme/other' }))
  expect((await checksOf(other)).repository).toMatchObject({ verdict: 'fails' })

  gitlab.settings.movedFrom = 'acme/old'
  const moved = createGitLabForge(connectionTo(gitlab, { repository: 'acme/old' }))
  expect((await checksOf(moved)).repository).toMatchObject({
    verdict: 'fails',
    next: 'Set the repository to acme/platform/infra.',
  })

  gitlab.settings.archived = true
  expect((await checksOf(forge)).repository.sentence).toContain('archived')
})

test('a webhook that is missing, sends too little, was disabled or is refused is told', async ({
  gitlab,
  forge,
}) => {
  expect((await checksOf(forge)).webhook).toMatchObject({ verdict: 'fails' })

  let status = 401
  const server = createServer((_, response) => response.writeHead(status).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  gitlab.deliverTo(url)
  await gitlab.push({ branch: 'a', files: { a: 'b' } })
  await gitlab.deliveries.settled()
  expect((await checksOf(forge, `${url}/`)).webhook).toMatchObject({
    verdict: 'fails',
    next: expect.stringContaining('secret token'),
  })

  status = 200
  await gitlab.push({ branch: 'a', files: { a: 'c' } })
  await gitlab.deliveries.settled()
  expect((await checksOf(forge, url)).webhook.verdict).toBe('works')

  gitlab.hook.alert_status = 'disabled'
  expect((await checksOf(forge, url)).webhook.sentence).toContain('disabled')
  gitlab.hook.note_events = false
  expect((await checksOf(forge, url)).webhook.sentence).toContain('Comments')
  await new Promise((resolve) => server.close(resolve))
})

test('without an address of its own the server says that it polls', async ({ forge }) => {
  const [, , , , webhook] = await forge.check({ webhookUrl: undefined })
  expect(webhook).toMatchObject({ name: 'webhook', verdict: 'unknown' })
})

test('it never throws, also when nobody is there', async ({ gitlab }) => {
  const nobody = createServer()
  await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve))
  const { port } = nobody.address() as AddressInfo
  await new Promise((resolve) => nobody.close(resolve))
  const connection = connectionTo(gitlab, { apiUrl: `http://127.0.0.1:${port}` })

  const checks = await checksOf(createGitLabForge(connection))

  expect(checks.credentials).toMatchObject({
    verdict: 'unknown',
    sentence: 'gitlab.example.com cannot be reached (ECONNREFUSED).',
  })
})
