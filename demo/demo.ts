import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { readConfig } from '../src/app/config.ts'
import { AppError } from '../src/platform/errors.ts'
import { openTeamServer, type TeamServer } from '../src/server/team-server.ts'
import { buildWeb } from '../web/build.ts'
import { type Member, openMember } from './member.ts'
import { openRepository, type Repository, setAside } from './repository.ts'

const usualData = fileURLToPath(new URL('../.data', import.meta.url))
const usualPort = 7070

/** A server with a sample platform, and the people who work on it. */
export interface Demo {
  /** To be opened in a browser: signs the administrator in as long as they have no password. */
  readonly address: string
  readonly url: string
  readonly repository: Repository
  /** Looks after the server. */
  readonly operator: Member
  /** A member of the team, made if there is none. */
  member(name: string, fullName: string): Promise<Member>
  readonly whatToTry: string
  /** Somebody wants it to end. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

/** Starts the server with the data that is there. */
export async function openDemo(options: { readonly port: number | undefined }): Promise<Demo> {
  const places = placesOf(process.env['PORTOLAN_DATA_DIR'])
  const server = await startServer(places.server, options.port)
  const ended = endedByPerson()
  const { token } = await server.context.tokens.create({
    name: `demo ${new Date().toISOString().replaceAll(':', '.')}`,
    permissions: ['admin'],
    expiresAt: new Date(Date.now() + 3_600_000),
    actor: 'demo',
  })
  const operator = openMember(server.url, {
    name: 'demo',
    headers: { authorization: `Bearer ${token}` },
  })
  // The story begins with the sample: what another server made of a repository is past that.
  if (!(await knowsShop(operator))) await setAside(places.repository)
  const repository = await openRepository(places.repository)
  return {
    address: server.firstLink ?? server.url,
    url: server.url,
    repository,
    operator,
    member: (name, fullName) => signIn(server.url, operator, { name, fullName }),
    whatToTry: whatToTry(server, repository),
    ended,
    close: () => server.close(),
  }
}

/** Data that has a place of its own has its own repository, too. */
function placesOf(dataDirectory: string | undefined) {
  // An empty variable is as good as none.
  if (!dataDirectory) {
    return { server: path.join(usualData, 'portolan'), repository: path.join(usualData, 'demo') }
  }
  const server = path.resolve(dataDirectory)
  return { server, repository: path.join(server, 'demo') }
}

async function knowsShop({ api }: Member): Promise<boolean> {
  const projects = await (await api.projects.$get()).json()
  return projects.some(({ name }) => name === 'shop')
}

async function startServer(directory: string, port: number | undefined): Promise<TeamServer> {
  await mkdir(directory, { recursive: true })
  const { TF_CLI_CONFIG_FILE: file, DATABASE_URL: databaseUrl, ...env } = process.env
  const config = readConfig({
    ...env,
    PORTOLAN_DATA_DIR: directory,
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    // Terraform warns in each run of a file that is not there.
    ...(file !== undefined && existsSync(file) ? { TF_CLI_CONFIG_FILE: file } : {}),
  })
  await buildWeb()
  const log = pino({ base: null }, pino.destination({ dest: path.join(directory, 'server.log') }))
  const listen = (at: number) => openTeamServer(config, { host: '127.0.0.1', port: at, log })
  if (port !== undefined) return listen(port)
  try {
    return await listen(usualPort)
  } catch (error) {
    if (error instanceof AppError && /listens there already/.test(error.message)) return listen(0)
    throw error
  }
}

/** Takes up an account by a fresh link, as whoever forgot their password would. */
async function signIn(
  url: string,
  operator: Member,
  { name, fullName }: { readonly name: string; readonly fullName: string },
): Promise<Member> {
  const people = await (await operator.api.people.$get()).json()
  if (!people.some((person) => person.name === name)) {
    await operator.api.people.$post({ json: { name, fullName } })
  }
  const link = await (await operator.api.people[':name'].link.$post({ param: { name } })).json()
  const token = link.url.split('/').at(-1) ?? ''
  const answer = await fetch(`${url}/api/v1/session/links/${token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ password: `${crypto.randomUUID()}${crypto.randomUUID()}` }),
  })
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const session: { readonly csrf?: string } = await answer.json()
  return openMember(url, { name, headers: { cookie, 'x-csrf-token': session.csrf ?? '' } })
}

function endedByPerson(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}

function whatToTry({ url, firstLink }: TeamServer, { place }: Repository): string {
  return [
    firstLink === undefined
      ? `Open ${url}`
      : `Open ${firstLink}   and choose a password for "admin"; the link is used once.`,
    '',
    'In the inbox:  a larger database for prod waits for your approval: read its plan, approve and apply it.',
    '               A release failed in dev: see why, and what it blocks.',
    '               A workspace in staging was changed behind its back: compare its states, roll back.',
    'In Pull requests:  "Keep backups for 30 days" waits for your approval: approve and apply it, there or',
    '               with the comments "portolan approve" and "portolan apply"; then it merges by itself.',
    '',
    'Propose a change yourself:',
    `  export PORTOLAN_URL=${url}   then: portolan login   (from this checkout: npm run portolan -- login)`,
    `  cd ${place} && git switch -c mine   change portolan.yaml or infra/, and commit`,
    '  portolan propose   opens a pull request of it, and shows its plan',
    '  portolan apply --pr NUMBER   or the comment "portolan apply"',
    'Without a pull request:  portolan plan, portolan apply, portolan status',
    '',
    'Ctrl-C ends it. The same command goes on with what is there.',
  ].join('\n')
}
