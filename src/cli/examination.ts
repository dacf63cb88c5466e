import { mkdir, stat, statfs } from 'node:fs/promises'
import path from 'node:path'
import { sql } from 'kysely'
import { withContext } from '../app/context.ts'
import { findTool } from '../engines/index.ts'
import { AppError, codeOf, messageOf, unavailable } from '../platform/errors.ts'
import { runCommand } from '../platform/process/process.ts'
import { type Location, locate, workspaceName } from '../projects/index.ts'
import type { Call } from './call.ts'
import { bytes } from './render/time.ts'

export interface Finding {
  readonly name: string
  readonly problem: boolean
  readonly text: string
  readonly next?: string
}

const LITTLE_SPACE = 500_000_000

/** Everything that `doctor` looks at, in order; each is looked at even when another one failed. */
export async function examine(call: Call): Promise<Finding[]> {
  const { config } = call
  const findings: Finding[] = []
  const look = async <T>(
    name: string,
    work: () => Promise<readonly [text: string, value: T]>,
  ): Promise<T | undefined> => {
    try {
      const [text, value] = await work()
      findings.push({ name, problem: false, text })
      return value
    } catch (error) {
      const next = error instanceof AppError ? error.next : undefined
      findings.push({
        name,
        problem: true,
        text: messageOf(error),
        ...(next === undefined ? {} : { next }),
      })
      return undefined
    }
  }
  await look('node', async () => [process.version, undefined])
  await look('git', () => gitVersion(config.environment))
  await look('terraform', async () => {
    const tool = await findTool(config.environment, call.directory)
    return [`${tool.name} ${tool.version} (${tool.path})`, undefined]
  })
  await look('data', () => dataDirectory(config.dataHome))
  const location = await look<Location>('place', async () => {
    const found = await locate(call.directory, {
      dataHome: config.dataHome,
      env: config.environment,
      environment: undefined,
    })
    return [`${workspaceName(found, 'full')}, repository ${found.repositoryId}`, found]
  })
  if (location !== undefined) {
    await look('database', () => database(call, location))
    await look('key', () => keyFile(path.join(config.dataHome, 'key')))
  }
  return findings
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
    const { bavail, bsize } = await statfs(directory)
    const free = bavail * bsize
    if (free < LITTLE_SPACE) {
      throw unavailable(`${directory} has only ${bytes(free)} free`, {
        next: 'Make room: without it neither states nor plans can be recorded.',
      })
    }
    return [`${directory}, ${bytes(free)} free`, undefined] as const
  } catch (error) {
    if (error instanceof AppError) throw error
    throw unavailable(
      `the data directory ${directory} cannot be used (${codeOf(error) ?? messageOf(error)})`,
      {
        next: 'Set PORTOLAN_DATA_DIR to a directory of yours.',
      },
    )
  }
}

async function database(call: Call, location: Location) {
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
  const { mode } = await stat(file)
  if ((mode & 0o077) !== 0) {
    throw unavailable(`the instance key ${file} may be read by others`, {
      next: `chmod 600 ${file}`,
    })
  }
  return [`${file}, for you alone`, undefined] as const
}
