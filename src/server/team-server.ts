import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { startConductor } from '../app/changes/conductor.ts'
import type { Config } from '../app/config.ts'
import { type Context, openContext } from '../app/context.ts'
import { startFetching } from '../app/projects/fetching.ts'
import { startPreparing } from '../app/projects/preparing.ts'
import { startKeeper } from '../app/pull-requests/keeper.ts'
import { startPolling } from '../app/pull-requests/polling.ts'
import { startPosting } from '../app/pull-requests/posting.ts'
import { endDeadRuns } from '../app/runs/dead-runs.ts'
import type { RunningServer, ServeOptions } from '../platform/http/server.ts'
import { holdForkServer } from '../platform/process/process.ts'
import { createMetrics } from './metrics.ts'
import { createRooms } from './rooms.ts'
import { startServer } from './server.ts'
import { readWebFiles } from './web-files.ts'

export interface TeamServerOptions extends ServeOptions {
  readonly log: Logger
  /** Under which address people open it; otherwise the one that a request names. */
  readonly publicUrl?: string | undefined
  /** Addresses and networks of proxies: what they say of a request is believed. */
  readonly trustedProxies?: readonly string[] | undefined
  /** Milliseconds between two polls of the host of a project. */
  readonly poll?: number | undefined
}

export interface TeamServer {
  readonly url: string
  readonly context: Context
  /** With which the first administrator signs in, as long as none has chosen a password. */
  readonly firstLink: string | undefined
  /** Takes no more requests, ends gracefully what is at work, and closes the database. */
  close(): Promise<void>
}

/** Where the built UI is: beside the compiled program, or in a checkout's `dist`. */
const webDirectories = ['../web', '../../dist/web'].map((directory) =>
  fileURLToPath(new URL(directory, import.meta.url)),
)

/**
 * A team's server: its database, the API and the UI, what works off changes, and what fetches projects.
 * @throws AppError `unavailable` when the address or the database cannot be had
 */
export async function openTeamServer(
  config: Config,
  options: TeamServerOptions,
): Promise<TeamServer> {
  const { log } = options
  // A data directory of its own, beside those of a person's repositories.
  const context = await openContext(config, { repositoryId: 'server', isServer: true })
  const forkServer = holdForkServer()
  const closing = new AbortController()
  try {
    await endDeadRuns(context)
    const signals = context.signals()
    const metrics = createMetrics(context.db)
    const rooms = createRooms({
      context,
      signals,
      closing: closing.signal,
      log: log.child({ slice: 'api' }),
      visits: { publicUrl: options.publicUrl, trustedProxies: options.trustedProxies },
      metrics,
      seal: context.sealFor('answer'),
      web: await findWeb(),
    })
    const server = await startServer(
      { ...context, log, rooms, onRequest: (request) => metrics.request(request) },
      options,
    )
    const conductor = await startConductor({ context, signals, log })
    const fetching = startFetching(context, log, signals)
    const preparing = startPreparing(context, log)
    const url = options.publicUrl ?? server.url
    const keeper = await startKeeper({ context, signals, log, url })
    const polling = startPolling({ context, log, ...(options.poll && { every: options.poll }) })
    const { db } = context
    const posting = await startPosting({ db, open: context.forges.open, signals, log })
    const firstLink = await context.access.firstAdminLink()
    return {
      url: server.url,
      context,
      firstLink: firstLink && `${options.publicUrl ?? server.url}/link/${firstLink}`,
      close: () =>
        close(server, {
          closing,
          context,
          forkServer,
          parts: [conductor, fetching, preparing, keeper, polling, posting],
        }),
    }
  } catch (error) {
    await context[Symbol.asyncDispose]()
    forkServer.release()
    throw error
  }
}

async function findWeb() {
  const directory = webDirectories.find((one) => existsSync(`${one}/index.html`))
  return directory === undefined ? undefined : readWebFiles(directory)
}

interface Closing {
  readonly closing: AbortController
  readonly context: Context
  readonly forkServer: { release(): void }
  readonly parts: readonly { close(): Promise<void> | void }[]
}

async function close(server: RunningServer, by: Closing): Promise<void> {
  by.closing.abort()
  await Promise.all([server.close(), ...by.parts.map((part) => part.close())])
  await by.context[Symbol.asyncDispose]()
  by.forkServer.release()
}
