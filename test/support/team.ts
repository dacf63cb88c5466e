import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import type { Role } from '../../src/access/index.ts'
import { type ApiClient, createApiClient } from '../../src/api/client/client.ts'
import { follow } from '../../src/api/client/events.ts'
import { readConfig } from '../../src/app/config.ts'
import { openTeamServer, type TeamServer } from '../../src/server/team-server.ts'
import { test as base } from './database.ts'
import { aRepository, type Repository } from './repository.ts'

/** Somebody who works with the server over its API. */
export interface Member {
  readonly name: string
  readonly api: ApiClient
  readonly headers: Readonly<Record<string, string>>
}

export interface Place {
  readonly project?: string
  readonly environment?: string
}

/** A team's server on a database of its own, as `portolan server` starts it. */
export interface Team {
  readonly server: TeamServer
  readonly url: string
  /** What it wrote to its log, line by line. */
  readonly logged: readonly string[]
  /** Where it keeps mirrors and trees. */
  readonly home: string
  /** May do everything. */
  readonly admin: Member
  /** Somebody with these roles; without a place everywhere. */
  member(
    name: string,
    ...roles: readonly (Role | (Place & { readonly role: Role }))[]
  ): Promise<Member>
  /** A program with a token that stands for itself. */
  token(name: string, ...permissions: readonly string[]): Promise<Member>
  /** A repository with these files, added as a project. */
  project(files: Readonly<Record<string, string>>): Promise<Repository>
}

export const password = 'correct horse battery'

interface TeamFixtures {
  readonly team: Team
  /** Milliseconds between two polls of hosts; undefined: as long as usual, which is longer than a test. */
  readonly poll: number | undefined
}

/** vitest's `test` with a team's server. */
export const test = base.extend<TeamFixtures>({
  poll: undefined,
  team: async ({ connection, poll }, use) => {
    const home = await mkdtemp(path.join(tmpdir(), 'portolan-team-'))
    const logged: string[] = []
    const server = await openTeamServer(teamConfig({ connection, home }), {
      host: '127.0.0.1',
      port: 0,
      drain: 100,
      log: pino({ level: 'info' }, { write: (line) => void logged.push(line) }),
      poll,
    })
    const repositories: Repository[] = []
    try {
      const admin = await signIn(server.url, 'admin', server.firstLink?.split('/').at(-1) ?? '')
      await use({
        server,
        url: server.url,
        logged,
        home,
        admin,
        member: (name, ...roles) => addMember(server.url, admin, { name, roles }),
        token: async (name, ...permissions) => {
          const { token } = await server.context.tokens.create({ name, permissions, actor: 'test' })
          return aMember(server.url, name, { authorization: `Bearer ${token}` })
        },
        project: async (files) => {
          const repository = await aRepository(files)
          repositories.push(repository)
          await admin.api.projects.$post({ json: { source: repository.root } })
          return repository
        },
      })
    } finally {
      await server.close()
      await Promise.all(repositories.map((repository) => repository.dispose()))
      await rm(home, { recursive: true, force: true })
    }
  },
})

export function teamConfig({
  connection,
  home,
}: {
  readonly connection: string
  readonly home: string
}) {
  const { PATH = '', HOME = '' } = process.env
  return readConfig({
    PATH,
    HOME,
    DATABASE_URL: connection,
    PORTOLAN_DATA_DIR: home,
    CHECKPOINT_DISABLE: '1',
  })
}

export function aMember(
  url: string,
  name: string,
  headers: Readonly<Record<string, string>>,
): Member {
  return { name, headers, api: createApiClient({ url, headers: () => headers }) }
}

/** Uses a link to sign in, as a browser does. */
export async function signIn(url: string, name: string, token: string): Promise<Member> {
  const answer = await fetch(`${url}/api/v1/session/links/${token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ password }),
  })
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const session: { readonly csrf?: string } = await answer.json()
  return aMember(url, name, { cookie, 'x-csrf-token': session.csrf ?? '' })
}

interface NewMember {
  readonly name: string
  readonly roles: readonly (Role | (Place & { readonly role: Role }))[]
}

async function addMember(url: string, admin: Member, { name, roles }: NewMember): Promise<Member> {
  await admin.api.people.$post({ json: { name, fullName: name } })
  for (const role of roles) {
    const grant = typeof role === 'string' ? { role } : role
    await admin.api.grants.$post({ json: { ...grant, person: name } })
  }
  const link = await admin.api.people[':name'].link.$post({ param: { name } })
  return signIn(url, name, (await link.json()).url.split('/').at(-1) ?? '')
}

/** An event of a change, as the stream sends it. */
export interface Told {
  readonly id: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Everything that is told of a change until a server has nothing to do for it any more. */
export async function untilSettled(
  { url }: Pick<Team, 'url'>,
  member: Member,
  id: number,
  after = '0',
): Promise<Told[]> {
  const over = new AbortController()
  const told: Told[] = []
  const stream = follow({
    open: (lastId, signal) =>
      fetch(`${url}/api/v1/changes/${id}/events?log=true`, {
        headers: { ...member.headers, 'last-event-id': lastId ?? after },
        signal,
      }),
    signal: over.signal,
    isFinal: () => false,
  })
  for await (const { id: eventId, data } of stream) {
    told.push({ id: eventId, data: JSON.parse(data) })
    if (told.at(-1)?.data['event'] === 'end') over.abort()
  }
  // What is told at the end comes before the work is put aside.
  for (;;) {
    const view = await viewOf(member, id)
    if (view.working === undefined) return told
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

export async function viewOf(member: Member, id: number) {
  return (await member.api.changes[':id'].$get({ param: { id: String(id) } })).json()
}

/** How each workspace of a change stands. */
export async function resultsOf(member: Member, id: number): Promise<Record<string, string>> {
  const { nodes } = await viewOf(member, id)
  return Object.fromEntries(nodes.map(({ name, result }) => [name, result]))
}
