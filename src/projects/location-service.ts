import { lstat, readFile, realpath } from 'node:fs/promises'
import { userInfo } from 'node:os'
import path from 'node:path'
import { codeOf, notFound } from '../platform/errors.ts'
import {
  type GitRepository,
  readGlobalConfig,
  readHead,
  readRepository,
  writeConfig,
} from './git-client.ts'
import { checkRepositoryId, newRepositoryId, type RepositoryTraits, recognise } from './identity.ts'
import type { Location } from './location.ts'
import { lastSegment, normaliseOrigin } from './origin.ts'
import {
  installationId,
  type RepositoryRecord,
  readRecord,
  readRecords,
  writeRecord,
} from './repository-file.ts'
import { checkEnvironment, checkProject, componentOf, projectNameFrom } from './workspace.ts'

export interface LocateOptions {
  readonly dataHome: string
  /** What the person asked for with `-e` or in a workspace's name. */
  readonly environment: string | undefined
  /** The process environment: for git, and for TF_WORKSPACE and TF_DATA_DIR. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * Finds out which repository, component and environment a directory is, and remembers the
 * repository's id in git's configuration and in the data directory.
 * @throws AppError `not_found` when the directory does not exist, `invalid` for a name that no
 *   workspace may have, `unavailable` when git refuses.
 */
export async function locate(directory: string, options: LocateOptions): Promise<Location> {
  const real = await realDirectory(directory)
  const git = (await isInGit(real)) ? await readRepository(real, options.env) : undefined
  const root = git === undefined ? real : await realpath(git.root)
  const traits = { root, origin: originOf(git, root) }
  const component = componentOf(root, real)
  const chosen = git?.config['portolan.project']
  const [head, environment, user, repositoryId] = await Promise.all([
    git === undefined ? undefined : readHead(root, options.env),
    environmentOf(real, options),
    git?.config ?? readGlobalConfig(real, options.env).catch(() => ({})),
    identify(traits, git, options),
  ])
  return {
    repositoryRoot: root,
    repositoryId,
    origin: traits.origin,
    project: checkProject(chosen ?? projectNameFrom(lastSegment(traits.origin ?? root))),
    projectChosen: chosen !== undefined,
    component,
    environment,
    directory: real,
    commit: head?.commit,
    branch: head?.branch,
    dirty: head?.dirty ?? false,
    actor: actorOf(user),
  }
}

async function realDirectory(directory: string): Promise<string> {
  try {
    const real = await realpath(directory)
    if ((await lstat(real)).isDirectory()) return real
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  throw notFound(`${directory} is not a directory`, { next: 'Check the path given with -C.' })
}

/** Looks for `.git` upward, so that outside a repository no program is started. */
async function isInGit(directory: string): Promise<boolean> {
  const found = await lstat(path.join(directory, '.git')).catch(() => undefined)
  if (found !== undefined) return true
  const parent = path.dirname(directory)
  return parent === directory ? false : isInGit(parent)
}

function originOf(git: GitRepository | undefined, root: string): string | undefined {
  if (git === undefined) return undefined
  const remotes = Object.entries(git.config).filter(([name]) => /^remote\..+\.url$/.test(name))
  const address = git.config['remote.origin.url'] ?? remotes[0]?.[1]
  return address === undefined ? undefined : normaliseOrigin(address, root)
}

async function environmentOf(directory: string, options: LocateOptions): Promise<string> {
  // Empty as of `-e "$UNSET"`: it is refused, as another environment than the wanted one is worse.
  if (options.environment !== undefined) return checkEnvironment(options.environment)
  const exported = options.env['TF_WORKSPACE']
  if (exported !== undefined && exported !== '') return checkEnvironment(exported)
  const dataDirectory = options.env['TF_DATA_DIR'] || '.terraform'
  const file = path.resolve(directory, dataDirectory, 'environment')
  const selected = await readFile(file, 'utf8').catch(() => '')
  return checkEnvironment(selected.trim() || 'default')
}

function actorOf(config: Readonly<Record<string, string>>): string {
  const name = config['user.name']
  const mail = config['user.email']
  if (name !== undefined && mail !== undefined) return `${name} <${mail}>`
  return name ?? mail ?? userInfo().username
}

async function identify(
  traits: RepositoryTraits,
  git: GitRepository | undefined,
  options: LocateOptions,
): Promise<string> {
  const { dataHome, env } = options
  const configured = git?.config['portolan.repository']
  if (configured !== undefined) {
    const id = checkRepositoryId(configured)
    const record = await readRecord(dataHome, id)
    await remember(dataHome, traits, record ?? emptyRecord(id))
    return id
  }
  const records = await readRecords(dataHome)
  const elsewhere = await movedAway(records, traits, env)
  const known = recognise(
    traits,
    records.filter((record) => !elsewhere.has(record.id)),
  )
  const record = records.find((one) => one.id === known?.id)
  const id =
    known?.id ??
    newRepositoryId(traits, await installationId(dataHome), new Set(records.map((one) => one.id)))
  await remember(dataHome, traits, record ?? emptyRecord(id))
  if (git !== undefined) await writeConfig(git, env, ['portolan.repository', id])
  return id
}

/**
 * Ids of repositories that were once at this path and live on at another one: whatever is at this
 * path now is something else.
 */
async function movedAway(
  records: readonly RepositoryRecord[],
  traits: RepositoryTraits,
  env: Readonly<Record<string, string>>,
): Promise<Set<string>> {
  const candidates = records.filter(
    (record) => record.paths.includes(traits.root) && record.paths.length > 1,
  )
  const alive = await Promise.all(
    candidates.map(async (record) => {
      const others = record.paths.filter((one) => one !== traits.root)
      const found = await Promise.all(
        others.map(async (place) => {
          if (!(await isInGit(place).catch(() => false))) return false
          const repository = await readRepository(place, env).catch(() => undefined)
          return repository?.config['portolan.repository'] === record.id
        }),
      )
      return found.includes(true) ? record.id : undefined
    }),
  )
  return new Set(alive.filter((id) => id !== undefined))
}

function emptyRecord(id: string): RepositoryRecord {
  return { id, origins: [], paths: [], createdAt: new Date().toISOString() }
}

async function remember(
  dataHome: string,
  traits: RepositoryTraits,
  record: RepositoryRecord,
): Promise<void> {
  const origins = including(record.origins, traits.origin)
  const paths = including(record.paths, traits.root)
  const current = origins === record.origins && paths === record.paths
  if (!current) await writeRecord(dataHome, { ...record, origins, paths })
}

function including(list: string[], value: string | undefined): string[] {
  return value === undefined || list.includes(value) ? list : [...list, value]
}
