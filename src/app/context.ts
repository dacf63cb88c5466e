import path from 'node:path'
import type { Kysely } from 'kysely'
import type { PoolConfig } from 'pg'
import { type AccessService, createAccessService, type TokenService } from '../access/index.ts'
import { type ChangeService, changesOfRuns, createChangeService } from '../changes/index.ts'
import {
  createDeliveryService,
  createForgeService,
  createGitForge,
  createProposalService,
  type DeliveryService,
  type ForgeService,
  type ProposalDeps,
  type ProposalService,
} from '../forges/index.ts'
import { type Db, openDb } from '../platform/db/db.ts'
import { migrate } from '../platform/db/migrate.ts'
import { isOutage } from '../platform/db/outage.ts'
import type { DB } from '../platform/db/schema.gen.ts'
import { openSignals, type Signals } from '../platform/db/signals.ts'
import { AppError, codeOf, messageOf, unavailable } from '../platform/errors.ts'
import { type EmbeddedDatabase, openEmbedded } from '../platform/postgres/embedded.ts'
import {
  createBranchService,
  createProjectService,
  createRepositoryService,
  type ProjectService,
  type RepositoryService,
} from '../projects/index.ts'
import { createPullRequestService, type PullRequestService } from '../pull-requests/index.ts'
import { createRunService, type RunService } from '../runs/index.ts'
import { createSeal, loadInstanceKey, type Seal } from '../secrets/index.ts'
import { createStateService, type StateService } from '../state/index.ts'
import { createVariableService, type VariableService } from '../variables/index.ts'
import { serverSite } from './changes/server-site.ts'
import { ownSite, type Site } from './changes/site.ts'
import type { Config } from './config.ts'
import { takeHint } from './pull-requests/take-hint.ts'

/** Everything that one process works with: the database, and the services over it. */
export interface Context extends AsyncDisposable {
  readonly config: Config
  readonly db: Kysely<DB>
  readonly state: StateService
  readonly runs: RunService
  readonly changes: ChangeService
  readonly projects: ProjectService
  readonly repositories: RepositoryService
  readonly pullRequests: PullRequestService
  /** People, their sessions, roles and tokens. */
  readonly access: AccessService
  readonly tokens: TokenService
  readonly variables: VariableService
  /** The hosts of projects' repositories, and what they sent. */
  readonly forges: ForgeService
  readonly deliveries: DeliveryService
  /** The pull requests of a project whose host is Portolan itself. */
  proposals(project: ProposalDeps['project'], on?: Db): ProposalService
  readonly seal: Seal
  /** A seal of its own for each purpose: what was sealed for one opens for no other. */
  sealFor(purpose: string): Seal
  /** Where the runs of changes are executed. */
  readonly site: Site
  /** What is kept of this repository outside the database. */
  readonly dataDirectory: string
  /** Hints between the processes on this database; opened when it is first asked for. */
  signals(): Signals
  /**
   * Repeats work while the database is away, and starts an embedded one again: for writes that
   * must not be lost because a database was restarted. Gives up after ten minutes.
   */
  persist<T>(work: () => Promise<T>): Promise<T>
}

export interface ContextOptions {
  /** Names the data directory. */
  readonly repositoryId: string
  /** Of a team: runs have trees and an environment of their own, and nobody overrides alone. */
  readonly isServer?: boolean
}

const PATIENCE_MILLISECONDS = 10 * 60_000

/**
 * Opens the database of a repository, brings it to this version's schema and builds the services.
 * @throws AppError `unavailable` when the database cannot be used
 */
export async function openContext(config: Config, options: ContextOptions): Promise<Context> {
  const dataDirectory = path.join(config.dataHome, options.repositoryId)
  const key = await loadInstanceKey(path.join(config.dataHome, 'key'))
  const seal = createSeal(key, 'plan file')
  const embedded =
    config.databaseUrl === undefined ? await openOwn(config, dataDirectory) : undefined
  const db = openDb(connectionOf(config, embedded))
  let signals: Signals | undefined
  const close = async () => {
    await signals?.close()
    await db.destroy()
    await embedded?.release()
  }
  try {
    await migrate(db)
  } catch (error) {
    await close()
    throw explain(error, embedded)
  }
  const access = createAccessService(db)
  const sealFor = (purpose: string) => createSeal(key, purpose)
  const variables = createVariableService(db, { sealFor })
  const site = options.isServer
    ? serverSite({
        places: { dataDirectory, env: config.environment },
        variables,
        install: { directory: path.join(config.dataHome, 'tools'), ...config.releases },
      })
    : ownSite(config.environment)
  const projects = createProjectService(db)
  const repositoryDeps = {
    db,
    places: { dataDirectory, env: config.environment },
    seal: createSeal(key, 'git login'),
  }
  const branches = createBranchService(repositoryDeps)

  const plainGit = async (id: string) =>
    createGitForge({ db, project: await projects.project(id), branches })
  const runs = (on: Db) =>
    createRunService(on, {
      state: createStateService,
      seal,
      selfOverride: config.databaseUrl === undefined && options.isServer !== true,
      changes: changesOfRuns,
    })
  return {
    config,
    db,
    state: createStateService(db),
    runs: runs(db),
    changes: createChangeService(db, { runs }),
    projects,
    repositories: createRepositoryService(db, repositoryDeps),
    proposals: (project, on = db) => createProposalService({ db: on, project, branches }),
    pullRequests: createPullRequestService(db),
    forges: createForgeService(db, { sealFor, plainGit }),
    deliveries: createDeliveryService(db, { sealFor, onHint: takeHint }),
    access,
    tokens: access.tokens,
    variables,
    seal,
    sealFor,
    site,
    dataDirectory,
    signals: () => {
      signals ??= openSignals(connectionOf(config, embedded))
      return signals
    },
    persist: (work) => persist(work, embedded),
    [Symbol.asyncDispose]: close,
  }
}

/** Runs work with the context of a repository, and closes it whatever happens. */
export async function withContext<T>(
  config: Config,
  options: { readonly repositoryId: string },
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const context = await openContext(config, options)
  try {
    return await work(context)
  } finally {
    await context[Symbol.asyncDispose]()
  }
}

function openOwn(config: Config, directory: string): Promise<EmbeddedDatabase> {
  return openEmbedded({
    directory,
    runtimeDirectory: config.runtimeDirectory,
    uid: config.uid,
    path: config.environment['PATH'] ?? '',
  })
}

function connectionOf(config: Config, embedded: EmbeddedDatabase | undefined): PoolConfig {
  if (embedded !== undefined) return embedded.connection
  return { connectionString: config.databaseUrl, connectionTimeoutMillis: 10_000 }
}

async function persist<T>(
  work: () => Promise<T>,
  embedded: EmbeddedDatabase | undefined,
): Promise<T> {
  const until = Date.now() + PATIENCE_MILLISECONDS
  for (let pause = 100; ; pause = Math.min(pause * 2, 5000)) {
    try {
      return await work()
    } catch (error) {
      if (!isOutage(error) || Date.now() > until) throw explain(error, embedded)
      await new Promise((resolve) => setTimeout(resolve, pause))
      // A server that cannot be started now may be in a moment: the next round tries again.
      await embedded?.ensure().catch(() => undefined)
    }
  }
}

function explain(error: unknown, embedded: EmbeddedDatabase | undefined): unknown {
  if (error instanceof AppError) return error
  const explained = embedded === undefined ? error : embedded.explain(error)
  if (explained instanceof AppError) return explained
  const code = codeOf(error)
  if (!isOutage(error) && !/^(28|3D)/.test(code ?? '')) return error
  const reason = messageOf(error) || code
  return unavailable(`the database cannot be used: ${reason}`, {
    cause: error,
    next:
      embedded === undefined
        ? 'Check DATABASE_URL, and that this PostgreSQL is running: `portolan doctor`.'
        : 'Run the command again; if it stays so: `portolan doctor`.',
  })
}
