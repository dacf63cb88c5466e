import { createServer } from 'node:http'
import { describe, expect } from 'vitest'
import { aGitea } from '../support/hosts/gitea.ts'
import { aGitHub, type GitHubHost } from '../support/hosts/github.ts'
import { aGitLab } from '../support/hosts/gitlab.ts'
import type { FakeHost } from '../support/hosts/host.ts'
import { test as base, type Team } from '../support/team.ts'

const param = { project: 'shop' }

/** A team's server with a project that is on GitHub, as people set it up. */
const test = base.extend<{ host: GitHubHost }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern.
  host: async ({}, use) => {
    const host = await aGitHub({
      files: { 'portolan.yaml': 'version: 1\nproject: shop\n', 'main.tf': '' },
    })
    await use(host)
    await host.dispose()
  },
})

function onGitHub(host: GitHubHost, by: 'token' | 'app') {
  const { apiUrl, token, privateKey } = host
  const byApp = { type: 'app', appId: String(host.app.id), privateKey } as const
  const byToken = { type: 'token', token } as const
  return { kind: 'github', apiUrl, credentials: by === 'app' ? byApp : byToken } as const
}

async function setUp(team: Team, host: GitHubHost, by: 'token' | 'app' = 'token') {
  const { api } = team.admin
  await api.projects.$post({
    json: { source: host.cloneUrl, name: 'shop', host: onGitHub(host, by) },
  })
  const { forge } = api.projects[':project']
  await forge.secrets.$post({ param, json: { secret: host.secret } })
  host.deliverTo(`${team.url}/webhooks/github`)
  return forge
}

async function opened(open: () => Promise<FakeHost>): Promise<FakeHost & AsyncDisposable> {
  const host = await open()
  return Object.assign(host, { [Symbol.asyncDispose]: () => host.dispose() })
}

describe('a project on a host', () => {
  test('is told by its address, and what works of it is told', async ({ team, host }) => {
    const forge = await setUp(team, host)
    const shown = await (await forge.$get({ param })).json()
    expect(shown).toMatchObject({
      repository: 'acme/infra',
      secrets: 1,
      webhookUrl: `${team.url}/webhooks/github`,
    })
    const verdict = await (await forge.test.$post({ param })).json()
    expect(verdict.checks.filter(({ verdict }) => verdict === 'fails')).toEqual([])
    expect(verdict.works).toBe(true)

    await forge.$put({
      param,
      json: { kind: 'github', credentials: { type: 'token', token: 'revoked' } },
    })
    const without = await (await forge.test.$post({ param })).json()
    expect(without).toMatchObject({
      works: false,
      checks: [{ name: 'credentials', verdict: 'fails', next: expect.any(String) }],
    })
  })

  test('keeps what is left out, as the description of the API says', async ({ team, host }) => {
    const forge = await setUp(team, host)
    await forge.$put({ param, json: { kind: 'github', repository: 'acme/other' } })
    const kept = await forge.$put({ param, json: { kind: 'github' } })
    expect(await kept.json()).toMatchObject({ apiUrl: host.apiUrl, repository: 'acme/other' })
    // Of another kind nothing is kept: that would be the repository of another host.
    const credentials = { type: 'token', token: 'glpat' } as const
    const anew = await forge.$put({ param, json: { kind: 'gitlab', credentials } })
    expect((await anew.json()).repository).not.toBe('acme/other')

    const { components } = await (await fetch(`${team.url}/openapi.json`)).json()
    const { apiUrl, repository } = components.schemas.SetProjectForge.properties
    for (const { description } of [apiUrl, repository]) {
      expect(description).toMatch(/^Absent: as it is; where none is set for this kind, /)
    }
  })

  test('gives others roles only by the hand of an administrator', async ({ team, host }) => {
    const forge = await setUp(team, host)
    const ci = await team.token('ci', 'project:write', 'read')
    const set = (settings: object) =>
      ci.api.projects[':project'].forge.$put({ param, json: { kind: 'github', settings } })
    await set({ botLogin: 'helper' })
    await expect(set({ hostRoles: { read: 'admin' } })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(set({ customWorkflows: true })).rejects.toMatchObject({ code: 'forbidden' })
    expect((await (await forge.$get({ param })).json()).settings).toEqual({
      hostRoles: {},
      botLogin: 'helper',
      customWorkflows: false,
    })
    await forge.$put({
      param,
      json: { kind: 'github', settings: { hostRoles: { write: 'applier' } } },
    })
    expect((await (await forge.$get({ param })).json()).settings).toMatchObject({
      hostRoles: { write: 'applier' },
      botLogin: 'helper',
    })
  })

  test.for([
    ['github', aGitHub],
    ['gitlab', aGitLab],
    ['gitea', aGitea],
  ] as const)(
    'hears of its pull requests on %s, each event once',
    async ([kind, open], { team }) => {
      await using host = await opened(open)
      const { api } = team.admin
      const credentials = { type: 'token', token: host.token } as const
      const { cloneUrl: source, apiUrl } = host
      await api.projects.$post({
        json: { source, name: 'shop', host: { kind, apiUrl, credentials } },
      })
      const { forge } = api.projects[':project']
      await forge.secrets.$post({ param, json: { secret: host.secret } })
      const shown = await (await forge.$get({ param })).json()
      expect(shown.webhookUrl).toBe(`${team.url}/webhooks/${kind}`)
      host.deliverTo(shown.webhookUrl ?? '')
      host.users.add('octocat', 'write')
      host.deliveries.mode = 'twice'
      await host.push({ branch: 'change', files: { 'main.tf': '# changed' } })
      const { number } = await host.openPullRequest({ branch: 'change', author: 'octocat' })
      await host.comment(number, 'octocat', 'portolan help')
      await host.deliveries.settled()

      const { db } = team.server.context
      const rows = await db.selectFrom('webhook_deliveries').select(['status', 'headers']).execute()
      const ids = new Set(host.deliveries.all.map(({ id }) => id))
      expect(rows).toHaveLength(ids.size)
      expect(rows.map(({ status }) => status)).not.toContain('failed')
      expect(JSON.stringify(rows)).not.toContain(host.secret)
      expect(JSON.stringify(rows)).not.toMatch(/signature|sha256=/i)
      expect(new Set(host.deliveries.all.map(({ answered }) => answered))).toEqual(new Set([200]))
      const commands = await db.selectFrom('pull_request_commands').select('body').execute()
      expect(commands).toEqual([{ body: 'portolan help' }])
    },
  )

  test.for(['token', 'app'] as const)(
    'is added, fetched and changed with what its host is spoken to: %s',
    async (by, { team, host }) => {
      const forge = await setUp(team, host, by)
      const project = team.admin.api.projects[':project']
      await host.push({ branch: 'release', files: { 'more.tf': '' }, message: 'more' })
      const fetched = await project.$patch({ param, json: { branch: 'release' } })
      expect(await fetched.json()).toMatchObject({ headSubject: 'more', branch: 'release' })
      const kept = team.server.context.db.selectFrom('projects').select('source_login')
      expect(await kept.execute()).toEqual([{ source_login: null }])

      await forge.$delete({ param })
      const without = project.fetch.$post({ param })
      await expect(without).rejects.toMatchObject({ code: 'unavailable' })
    },
  )

  test('shows what was given for its host to no other server', async ({ team, host }) => {
    const asked: (string | undefined)[] = []
    const other = createServer((request, answer) => {
      asked.push(request.headers.authorization)
      answer.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end()
    })
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = Object(other.address())
    const source = `http://127.0.0.1:${port}/acme/infra.git`
    const { projects } = team.admin.api
    const added = projects.$post({ json: { source, host: onGitHub(host, 'token') } })
    await expect(added).rejects.toMatchObject({ code: 'unavailable' })

    await setUp(team, host)
    const edited = projects[':project'].$patch({ param, json: { source } })
    await expect(edited).rejects.toMatchObject({ code: 'unavailable' })
    expect(asked.length).toBeGreaterThan(1)
    expect(new Set(asked)).toEqual(new Set([undefined]))
    other.close()
  })
})
