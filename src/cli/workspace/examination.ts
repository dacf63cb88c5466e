import { randomBytes } from 'node:crypto'
import { access, constants, mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { sql } from 'kysely'
import type { Config } from '../../app/config.ts'
import { findTool } from '../../engines/index.ts'
import { AppError, codeOf, messageOf, notFound, unavailable } from '../../platform/errors.ts'
import { isDiskFull } from '../../platform/postgres/failures.ts'
import { layoutOf, socketDirectories } from '../../platform/postgres/paths.ts'
import { runCommand } from '../../platform/process/process.ts'
import { type Location, locate, workspaceName } from '../../projects/index.ts'
import { loadInstanceKey } from '../../secrets/index.ts'
import type { Call } from '../call.ts'
import { bytes } from '../render/time.ts'
import { withServices } from '../services/with-services.ts'

export interface Finding {
  readonly name: string
  readonly problem: boolean
  readonly text: string
  /** What to do about a problem; there with every one. */
  readonly next?: string
}

const LITTLE_SPACE = 500_000_000

/** Everything that `doctor` looks at, in order; each is looked at even when another one failed. */
export async function examine(call: Call): Promise<Finding[]> {
  const { config } = call
  const findings: Finding[] = []
  const look = async <T>(
    name: string,
    fallback: string,
    work: () => Promise<readonly [text: string, value: T]>,
  ): Promise<T | undefined> => {
    try {
      const [text, value] = await work()
      findings.push({ name, problem: false, text })
      return value
    } catch (error) {
      const next = (error instanceof AppError ? error.next : undefined) ?? fallback
      findings.push({
        name,
        problem: true,
        text: messageOf(error),
        next,
      })
      return undefined
    }
  }
  await look('node', 'Install a current Node.', async () => [process.version, undefined])
  await look('git', 'Install git (https://git-scm.com/downloads), on the PATH.', () =>
    gitVersion(config.environment),
  )
  await look('terraform', 'Start it by hand: terraform version', async () => {
    const tool = await findTool(config.environment, call.directory)
    return [`${tool.name} ${tool.version} (${tool.path})`, undefined]
  })
  const data = await look('data', 'Set PORTOLAN_DATA_DIR to a directory of yours.', () =>
    dataDirectory(config.dataHome),
  )
  // Everything else is there, or is recorded there.
  if (data === undefined) return findings
  if (config.serverUrl !== undefined) {
    await look('server', 'Check PORTOLAN_URL and PORTOLAN_TOKEN.', () => server(config))
    await look('place', 'Go to a directory of the repository.', () => placeOnServer(call))
    return findings
  }
  const key = await look(
    'key',
    'Make the file readable for you, or restore it from a backup.',
    () => keyFile(path.join(config.dataHome, 'key')),
  )
  const location = await look<Location>(
    'place',
    'Go to the directory of a root module.',
    async () => {
      const found = await locate(call.directory, {
        dataHome: config.dataHome,
        env: config.environment,
        environment: undefined,
      })
      return [`${workspaceName(found, 'full')}, repository ${found.repositoryId}`, found]
    },
  )
  if (location !== undefined && config.databaseUrl === undefined) {
    await look('socket', 'Set XDG_RUNTIME_DIR to a directory of yours with a short path.', () =>
      socketDirectory(config, location),
    )
  }
  if (location !== undefined && key !== undefined) {
    await look('database', 'Look at what the error says, then run portolan doctor again.', () =>
      database(call, location),
    )
  }
  return findings
}

/** Which one it is, and who we are there. */
async function server(config: Config) {
  const url = config.serverUrl ?? ''
  const [{ whoIs }, { tokenFor }] = await Promise.all([
    import('../remote/who-is.ts'),
    import('../remote/kept-tokens.ts'),
  ])
  const name = await whoIs({ url, token: await tokenFor(config, url) })
  const by = config.serverToken === undefined ? 'portolan login' : 'PORTOLAN_TOKEN'
  return [`${url}, as ${name} (by ${by})`, undefined] as const
}

/** Which of its projects this repository is. */
async function placeOnServer(call: Call) {
  const here = await locate(call.directory, {
    dataHome: call.config.dataHome,
    env: call.config.environment,
    environment: undefined,
  })
  return withServices(call, here, async ({ services, location }) => {
    const project = await services.projects.projectOf(location)
    if (project !== undefined) return [`the project ${project}`, undefined] as const
    throw notFound('the server has no project of this repository', {
      next: `portolan project add ${location.origin ?? 'ADDRESS'}   makes one`,
    })
  })
}

async function gitVersion(env: Readonly<Record<string, string>>) {
  const result = await runCommand('git', ['--version'], { env, timeout: 10_000 })
  if (result.exitCode !== 0) throw unavailable(`git does not work: ${result.stderr.trim()}`)
  return [
    result.stdout
      .toString('utf8')
      .trim()
      .replace(/^git version /, ''),
    undefined,
  ] as const
}

async function dataDirectory(directory: string) {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const probe = path.join(directory, `.doctor-${randomBytes(6).toString('hex')}`)
    await writeFile(probe, 'portolan doctor', { flag: 'wx', mode: 0o600, flush: true })
    await rm(probe)
    const { bavail, bsize } = await statfs(directory)
    const free = bavail * bsize
    if (free < LITTLE_SPACE) throw littleSpace(directory, free)
    return [`${directory}, writable, ${bytes(free)} free`, directory] as const
  } catch (error) {
    if (error instanceof AppError) throw error
    if (isDiskFull(error)) throw littleSpace(directory, 0)
    throw unavailable(
      `the data directory ${directory} cannot be written (${codeOf(error) ?? messageOf(error)})`,
      {
        next: 'Make it yours (chown, chmod u+rwx), or set PORTOLAN_DATA_DIR to a directory of yours.',
      },
    )
  }
}

function littleSpace(directory: string, free: number): AppError {
  return unavailable(`${directory} has only ${bytes(free)} free`, {
    next: 'Make room: without it neither states nor plans can be recorded.',
  })
}

/** Where the socket of the embedded database is or will be. */
async function socketDirectory(config: Config, location: Location) {
  const { root } = layoutOf(path.join(config.dataHome, location.repositoryId, 'postgres'))
  const parents = new Set(
    socketDirectories(root, config.runtimeDirectory, '').map((one) => path.dirname(one)),
  )
  for (const parent of parents) {
    const usable = await access(parent, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    )
    if (usable) return [parent, parent] as const
  }
  throw unavailable(
    `no directory for the database's socket can be used (looked at ${config.runtimeDirectory} and /tmp)`,
  )
}

async function database(call: Call, location: Location) {
  const { withContext } = await import('../../app/context.ts')
  const { rows } = await withContext(call.config, location, ({ db }) =>
    sql<{ version: string; number: string }>`
    select current_setting('server_version') as version, current_setting('server_version_num') as number
  `.execute(db),
  )
  const kind = call.config.databaseUrl === undefined ? 'embedded' : 'DATABASE_URL'
  const [row] = rows
  if (Number(row?.number ?? 0) < 150_000) {
    throw unavailable(`PostgreSQL ${row?.version} is too old (${kind})`, {
      next: 'Use PostgreSQL 15 or later.',
    })
  }
  return [`PostgreSQL ${row?.version} (${kind})`, undefined] as const
}

async function keyFile(file: string) {
  await loadInstanceKey(file)
  return [`${file}, for you alone`, file] as const
}
