import { expect } from 'vitest'
import { aGitea } from '../support/hosts/gitea.ts'
import { aGitHub } from '../support/hosts/github.ts'
import { aGitLab } from '../support/hosts/gitlab.ts'
import type { FakeHost, FakeStatus } from '../support/hosts/host.ts'
import { test as base, type Team } from '../support/team.ts'

/** Hosts whose pull requests go the same way. */
export const hostKinds = ['github', 'gitlab'] as const

/**
 * For suites about what Portolan does itself, the same on every host: one of them each, so that all of it
 * stays quick; with `PORTOLAN_ALL_HOSTS=1` all.
 */
export function hostsFor(kind: HostKind): readonly HostKind[] {
  return process.env['PORTOLAN_ALL_HOSTS'] === '1' ? hostKinds : [kind]
}

export type HostKind = FakeHost['kind']

/** A project of a host, on a team's server. */
export interface World {
  readonly team: Team
  readonly host: FakeHost
  readonly project: string
  /** Opens a pull request with these files on a branch of its own. Answers its number. */
  open(
    files: Readonly<Record<string, string | undefined>>,
    more?: Partial<Parameters<FakeHost['openPullRequest']>[0]> & { readonly from?: string },
  ): Promise<number>
  /** Says something under a pull request; answers when it was answered. */
  say(number: number, author: string, body: string): Promise<string>
  /** What Portolan says under it now: there is never more than one comment. */
  comment(number: number): string
  /** The newest status of each context of its head. */
  statuses(number: number): Readonly<Record<string, FakeStatus>>
  /** Waits until the comment is as it should be. */
  untilSaid(number: number, words: string | RegExp): Promise<string>
  untilStatus(number: number, status: 'open' | 'merged' | 'closed'): Promise<void>
  /** Has its change applied as a button does. */
  applyOverApi(number: number): Promise<void>
  /** All that was ever made: the addresses in all states. */
  resources(): Promise<string[]>
  /** Waits until nothing is left to be looked at, planned, applied or told. */
  untilQuiet(): Promise<void>
}

export interface WorldOptions {
  readonly kind: HostKind
  readonly files: Readonly<Record<string, string>>
  /** Without webhooks: the host is polled, and nothing else tells what happens there. */
  readonly webhooks?: boolean
}

/** vitest's `test` with a team's server, on which a world is made. */
export const test = base.extend<{ aWorld: (options: WorldOptions) => Promise<World> }>({
  aWorld: async ({ team }, use) => {
    const hosts: FakeHost[] = []
    await use(async (options) => {
      const host = await hostOf(options)
      hosts.push(host)
      return worldOf(team, host, options)
    })
    for (const host of hosts) await host.dispose()
  },
})

function hostOf({ kind, files }: WorldOptions): Promise<FakeHost> {
  switch (kind) {
    case 'github':
      return aGitHub({ files })
    case 'gitlab':
      return aGitLab({ files })
    case 'gitea':
      return aGitea({ files })
  }
}

async function worldOf(
  team: Team,
  host: FakeHost,
  { kind, webhooks = true }: WorldOptions,
): Promise<World> {
  const { admin, url } = team
  const added = await admin.api.projects.$post({
    json: { source: host.cloneUrl.replace('://', `://oauth2:${host.token}@`) },
  })
  const { name: project } = await added.json()
  expect(added.status).toBeLessThan(300)
  const param = { project }
  await admin.api.projects[':project'].forge.$put({
    param,
    json: {
      kind,
      apiUrl: host.apiUrl,
      repository: host.repository,
      credentials: { type: 'token', token: host.token },
      settings: {
        hostRoles: { admin: 'operator' },
        botLogin: host.botLogin,
        customWorkflows: true,
      },
    },
  })
  await admin.api.projects[':project'].forge.secrets.$post({
    param,
    json: { secret: host.secret },
  })
  host.users.add('ada', 'write')
  host.users.add('boss', 'admin')
  host.users.add('stranger', 'read')
  await admin.api.people.$post({ json: { name: 'ada', fullName: 'Ada' } })
  await admin.api.grants.$post({ json: { person: 'ada', role: 'applier', project } })
  await admin.api.identities.$post({
    json: { host: new URL(host.url).host, login: 'ada', person: 'ada' },
  })
  if (webhooks) host.deliverTo(`${url}/webhooks/${kind}`)
  let count = 0
  const own = (number: number) =>
    host.commentsOf(number).filter(({ author }) => author === host.botLogin)
  const world: World = {
    team,
    host,
    project,
    open: async (files, { from, ...more } = {}) => {
      count += 1
      const branch = more.branch ?? `change-${count}`
      await host.push({
        branch,
        files,
        ...(from === undefined ? {} : { from }),
        ...(more.fork === undefined ? {} : { fork: more.fork }),
      })
      const opened = await host.openPullRequest({
        branch,
        author: 'ada',
        title: `Change ${count}`,
        ...more,
      })
      return opened.number
    },
    say: async (number, author, body) => {
      const before = await newestCommand(world, number)
      host.nextSecond()
      const { id } = await host.comment(number, author, body)
      let answer: string | undefined
      await expect
        .poll(
          async () => {
            const { commands } = await pullRequestOf(world, number)
            const found = commands.findLast(
              (one) => one.body === body && one.author === author && one.id > before,
            )
            if (found?.status !== 'done' && found?.status !== 'refused') return undefined
            answer = `${found.status}: ${found.answer}`
            return answer
          },
          { timeout: 30_000, message: `an answer to ${body} (${id})` },
        )
        .toBeDefined()
      return answer ?? ''
    },
    comment: (number) => {
      const all = own(number)
      expect(all.length, 'one comment').toBeLessThan(2)
      return all[0]?.body ?? ''
    },
    statuses: (number) => {
      const { head } = host.pullRequest(number)
      return Object.fromEntries(host.statusesOf(head).map((one) => [one.context, one]))
    },
    untilSaid: async (number, words) => {
      await expect.poll(() => world.comment(number), { timeout: 60_000 }).toMatch(words)
      return world.comment(number)
    },
    untilStatus: async (number, status) => {
      await expect.poll(() => host.pullRequest(number).status, { timeout: 60_000 }).toBe(status)
    },
    applyOverApi: async (number) => {
      const { change } = await pullRequestOf(world, number)
      const id = String(change?.id)
      await admin.api.changes[':id'].apply.$post({ param: { id }, json: {} })
    },
    resources: async () => {
      const { db, state } = team.server.context
      const rows = await db.selectFrom('workspaces').select('id').execute()
      const all = await Promise.all(rows.map(({ id }) => state.currentBytes(id)))
      return all.flatMap((current) => {
        const parsed = JSON.parse(current?.bytes.toString('utf8') ?? '{}')
        return (parsed.resources ?? []).map(
          ({ type, name }: { type: string; name: string }) => `${type}.${name}`,
        )
      })
    },
    untilQuiet: async () => {
      await host.deliveries.settled()
      await expect
        .poll(() => openWork(team), { timeout: 60_000, interval: 100 })
        .toEqual({ looks: 0, work: 0, outbox: 0 })
    },
  }
  return world
}

async function newestCommand(world: World, number: number): Promise<number> {
  const { commands } = await pullRequestOf(world, number)
  return Math.max(0, ...commands.map(({ id }) => id))
}

/** As everybody may see it. @throws AppError `not_found` as long as nobody has seen it */
export async function pullRequestOf(
  { team, project }: Pick<World, 'team' | 'project'>,
  number: number,
) {
  const answer = await team.admin.api.projects[':project']['pull-requests'][':number'].$get({
    param: { project, number: String(number) },
  })
  return answer.json()
}

async function openWork({ server }: Team) {
  const { db } = server.context
  const count = (table: 'pull_request_looks' | 'change_work') =>
    db
      .selectFrom(table)
      .select((select) => select.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
  const outbox = await db
    .selectFrom('forge_outbox')
    .select((select) => select.fn.countAll<number>().as('count'))
    .whereRef('told_version', '<', 'version')
    .executeTakeFirstOrThrow()
  return {
    looks: Number((await count('pull_request_looks')).count),
    work: Number((await count('change_work')).count),
    outbox: Number(outbox.count),
  }
}
