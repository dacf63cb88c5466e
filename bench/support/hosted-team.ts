import { chmod, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { createApiClient } from '../../src/api/client/client.ts'
import { readConfig } from '../../src/app/config.ts'
import { runCommand } from '../../src/platform/process/process.ts'
import { openTeamServer, type TeamServer } from '../../src/server/team-server.ts'
import { aGitHub, type GitHubHost } from '../../test/support/hosts/github.ts'

/** A team's server, and a GitHub that sends it what happens to one repository. */
export interface HostedTeam {
  readonly server: TeamServer
  readonly host: GitHubHost
  /** Goes with it. */
  readonly directory: string
  command(name: string, args: readonly string[], cwd?: string): Promise<string>
}

export interface HostedOptions {
  readonly files: Readonly<Record<string, string>>
  /** Comes before all else on the PATH of the server. */
  readonly programs?: Readonly<Record<string, (directory: string) => string>>
}

/** Makes both for as long as `use` takes. */
export async function withHostedTeam(
  { files, programs = {} }: HostedOptions,
  use: (team: HostedTeam) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'portolan-hosted-'))
  await chmod(directory, 0o755) // PostgreSQL of root runs as nobody, who must get there.
  const bin = path.join(directory, 'bin')
  await mkdir(bin)
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(path.join(bin, name), text(directory), { mode: 0o755 })
    // As large as the real one: smaller ones may be another version in each directory, and are asked for it.
    await truncate(path.join(bin, name), 64 * 1024 * 1024)
  }
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env['PATH']}`,
    PORTOLAN_DATA_DIR: path.join(directory, 'data'),
    TF_CLI_CONFIG_FILE: '/dev/null',
    CHECKPOINT_DISABLE: '1',
  }
  const host = await aGitHub({ files })
  const server = await openTeamServer(readConfig(env), {
    host: '127.0.0.1',
    port: 0,
    log: pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }),
  })
  try {
    await connect(server, host)
    await use({
      server,
      host,
      directory,
      command: async (name, args, cwd = directory) => {
        const result = await runCommand(name, args, { cwd, env: defined(env) })
        if (result.exitCode === 0) return result.stdout.toString('utf8')
        throw new Error(`${name} ${args.join(' ')}: ${result.stdout}${result.stderr}`)
      },
    })
  } finally {
    await server.close()
    await host.dispose()
    await rm(directory, { recursive: true, force: true })
  }
}

async function connect(server: TeamServer, host: GitHubHost): Promise<void> {
  const { token } = await server.context.tokens.create({
    name: 'bench',
    permissions: ['admin'],
    actor: 'bench',
  })
  const api = createApiClient({
    url: server.url,
    headers: () => ({ authorization: `Bearer ${token}` }),
  })
  const source = host.cloneUrl.replace('://', `://oauth2:${host.token}@`)
  await api.projects.$post({ json: { source } })
  const [{ name: project = '' } = {}] = await server.context.repositories.list()
  const { kind, apiUrl, repository, secret, botLogin } = host
  await api.projects[':project'].forge.$put({
    param: { project },
    json: {
      kind,
      apiUrl,
      repository,
      credentials: { type: 'token', token: host.token },
      settings: { botLogin },
    },
  })
  await api.projects[':project'].forge.secrets.$post({ param: { project }, json: { secret } })
  host.users.add('ada', 'write')
  host.deliverTo(`${server.url}/webhooks/${kind}`)
  await host.deliveries.settled()
}

/** Waits until something is so. */
export async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Waits until a server has nothing left to look at, to plan or to tell. */
export async function untilQuiet({ context: { db } }: TeamServer): Promise<void> {
  await until(async () => {
    const looks = await db.selectFrom('pull_request_looks').select('number').limit(1).execute()
    const works = await db.selectFrom('change_work').select('change_id').limit(1).execute()
    const outbox = await db
      .selectFrom('forge_outbox')
      .select('number')
      .whereRef('told_version', '<', 'version')
      .limit(1)
      .execute()
    return looks.length + works.length + outbox.length === 0 ? true : undefined
  })
}

function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
