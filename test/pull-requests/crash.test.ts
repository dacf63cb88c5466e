import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect } from 'vitest'
import { test as base } from '../support/database.ts'
import { aGitHub, type GitHubHost } from '../support/hosts/github.ts'
import { type ServerProcess, startServer } from '../support/server-process.ts'
import { aMember, type Member, signIn } from '../support/team.ts'
import { sized, twoComponents, waitingJob } from './platforms.ts'

/** A server as a process of its own, and a host that outlives it. */
interface Place {
  readonly host: GitHubHost
  readonly project: string
  /** Where the servers' files are, and others may be. */
  readonly home: string
  readonly admin: () => Member
  open(files: Readonly<Record<string, string>>): Promise<number>
  view(number: number): Promise<Seen>
  /** Says it, and does not wait. */
  say(number: number, body: string): Promise<void>
  kill(): Promise<void>
  restart(): Promise<void>
  count(table: 'pull_request_looks' | 'change_work'): Promise<number>
  /** How often something was applied. */
  applies(): Promise<number>
}

type Seen = Awaited<ReturnType<typeof viewOf>>

const test = base.extend<{ aPlace: (files: Readonly<Record<string, string>>) => Promise<Place> }>({
  aPlace: async ({ connection, db }, use) => {
    const homes: string[] = []
    const hosts: GitHubHost[] = []
    const servers: ServerProcess[] = []
    await use(async (files) => {
      const home = await mkdtemp(path.join(tmpdir(), 'portolan-crash-'))
      homes.push(home)
      const host = await aGitHub({ files })
      hosts.push(host)
      const start = async () => {
        const started = await startServer({ connection, home })
        servers.push(started)
        return started
      }
      let server = await start()
      let admin = await signIn(server.url, 'admin', server.firstLink?.split('/').at(-1) ?? '')
      const project = await setUp(admin, host)
      host.deliverTo(`${server.url}/webhooks/github`)
      let opened = 0
      return {
        host,
        project,
        home,
        admin: () => admin,
        open: async (changed) => {
          opened += 1
          const branch = `change-${opened}`
          await host.push({ branch, files: changed })
          return (await host.openPullRequest({ branch, author: 'ada', title: branch })).number
        },
        view: (number) => viewOf(admin, project, number),
        say: async (number, body) => {
          host.nextSecond()
          await host.comment(number, 'ada', body)
        },
        kill: () => server.kill(),
        restart: async () => {
          server = await start()
          admin = aMember(server.url, admin.name, admin.headers)
          host.deliverTo(`${server.url}/webhooks/github`)
        },
        count: async (table) => {
          const rows = await db.selectFrom(table).selectAll().execute()
          return rows.length
        },
        applies: async () => {
          const applying = db.selectFrom('run_events').select('run_id').where('type', '=', 'status')
          return (await applying.where('data', '@>', '{"to":"applying"}').execute()).length
        },
      }
    })
    await Promise.all(servers.map((server) => server.kill()))
    for (const host of hosts) await host.dispose()
    for (const home of homes) await rm(home, { recursive: true, force: true })
  },
})

async function setUp({ api }: Member, host: GitHubHost): Promise<string> {
  const source = host.cloneUrl.replace('://', `://oauth2:${host.token}@`)
  const { name: project } = await (await api.projects.$post({ json: { source } })).json()
  const param = { project }
  const { forge } = api.projects[':project']
  await forge.$put({
    param,
    json: {
      kind: 'github',
      apiUrl: host.apiUrl,
      repository: host.repository,
      credentials: { type: 'token', token: host.token },
      settings: { botLogin: host.botLogin, hostRoles: { write: 'operator' } },
    },
  })
  await forge.secrets.$post({ param, json: { secret: host.secret } })
  host.users.add('ada', 'write')
  return project
}

async function viewOf({ api }: Member, project: string, number: number) {
  const param = { project, number: String(number) }
  return (await api.projects[':project']['pull-requests'][':number'].$get({ param })).json()
}

const inTheEnd = { timeout: 120_000, interval: 100 }

/** Portolan's comments: there is never more than one. */
function comment({ host }: Place, number: number): string {
  const own = host.commentsOf(number).filter(({ author }) => author === host.botLogin)
  expect(own.length, 'one comment').toBeLessThan(2)
  return own[0]?.body ?? ''
}

async function untilPlanned(place: Place, number: number): Promise<void> {
  await expect.poll(() => comment(place, number), inTheEnd).toMatch(/`portolan apply`/)
}

async function untilQuiet(place: Place): Promise<void> {
  await expect.poll(() => place.count('pull_request_looks'), inTheEnd).toBe(0)
  await expect.poll(() => place.count('change_work'), inTheEnd).toBe(0)
}

describe('a server that is killed', { timeout: 240_000 }, () => {
  test('while it looks at a pull request: the next one looks, and plans it once', async ({
    aPlace,
  }) => {
    const place = await aPlace(twoComponents())
    const { host } = place
    host.faults.next('slow', { route: 'pulls/{pull_number}', times: 1 })
    const number = await place.open(sized('network', 2))
    await expect.poll(() => host.calls.count('pulls/{pull_number}'), inTheEnd).toBeGreaterThan(0)
    await place.kill()
    await place.restart()
    await untilPlanned(place, number)
    await untilQuiet(place)
    expect((await place.view(number)).changes).toHaveLength(1)
  })

  test('while it plans: the plan is made anew, in the same change', async ({ aPlace }) => {
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'waiting-')), 'go')
    const place = await aPlace(waitingJob(file))
    const number = await place.open(sized('slow', 2))
    await expect.poll(() => existsSync(`${file}.begun`), inTheEnd).toBe(true)
    await place.kill()
    await writeFile(file, '')
    await place.restart()
    await untilPlanned(place, number)
    await untilQuiet(place)
    const { changes } = await place.view(number)
    expect(changes).toMatchObject([{ id: 1, status: 'open' }])
    await rm(path.dirname(file), { recursive: true })
  })

  test('between an apply and its merge: it is merged once, and nothing is applied again', async ({
    aPlace,
  }) => {
    const place = await aPlace(twoComponents())
    const { host } = place
    const number = await place.open(sized('network', 2))
    await untilPlanned(place, number)
    await untilQuiet(place)
    host.faults.next('slow', { route: '/merge', times: 1 })
    await place.say(number, 'portolan apply')
    await expect.poll(() => host.calls.count('/merge'), inTheEnd).toBeGreaterThan(0)
    await place.kill()
    await place.restart()
    await expect.poll(() => host.pullRequest(number).status, inTheEnd).toBe('merged')
    await expect.poll(() => comment(place, number), inTheEnd).toContain('**Merged')
    await untilQuiet(place)
    expect(await place.applies()).toBe(1)
    expect(await host.tip('main')).toBe(host.pullRequest(number).mergeCommit)
    const { commands, changes } = await place.view(number)
    expect(commands).toMatchObject([{ status: 'done' }])
    expect(changes).toMatchObject([{ status: 'done' }])
  })

  test('when it has merged and nobody has heard of it: it is over all the same', async ({
    aPlace,
  }) => {
    const place = await aPlace(twoComponents())
    const { host } = place
    const number = await place.open(sized('network', 2))
    await untilPlanned(place, number)
    await untilQuiet(place)
    host.deliveries.mode = 'hold'
    await place.say(number, 'portolan apply')
    const said = host.deliveries.all.findLast(({ event }) => event === 'issue_comment')
    await host.deliveries.redeliver(said?.id ?? '')
    await expect.poll(() => host.pullRequest(number).status, inTheEnd).toBe('merged')
    await place.kill()
    await place.restart()
    await expect.poll(async () => (await place.view(number)).status, inTheEnd).toBe('merged')
    await expect.poll(() => comment(place, number), inTheEnd).toContain('**Merged')
    await untilQuiet(place)
    expect(await place.applies()).toBe(1)
    expect(host.calls.all.filter((route) => route.endsWith('/merge'))).toHaveLength(1)
  })

  test('while it tells: there is one comment, whether the host took it or not', async ({
    aPlace,
  }) => {
    const place = await aPlace(twoComponents())
    const { host } = place
    const write = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
    host.faults.next('cut', { route: write, times: 1 })
    const number = await place.open(sized('network', 2))
    await expect.poll(() => host.calls.count(write), inTheEnd).toBeGreaterThan(0)
    await place.kill()
    await place.restart()
    await untilPlanned(place, number)
    await untilQuiet(place)
    expect(comment(place, number)).toContain('network')
    expect((await place.view(number)).changes).toHaveLength(1)
  })
})
