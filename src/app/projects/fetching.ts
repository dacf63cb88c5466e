import type { Logger } from 'pino'
import type { Signals } from '../../platform/db/signals.ts'
import { messageOf } from '../../platform/errors.ts'
import { pause } from '../../platform/pause.ts'
import { FETCH, requestedFetches } from '../../projects/index.ts'
import type { Context } from '../context.ts'
import { type FetchContext, fetchProject } from './fetch-project.ts'

export interface Fetching {
  /** Ends it; what is being fetched is given up. */
  close(): Promise<void>
}

const EVERY = 60_000
/** Pull requests bring their own commits, and should not have to wait until this has brought all others. */
const AFTER = 1000
const PATIENCE = 5 * 60_000

/** Keeps all projects up to date that have a source, one after the other, about once in a minute. */
export function startFetching(
  context: FetchContext & Pick<Context, 'db'>,
  log: Pick<Logger, 'warn'>,
  signals: Signals,
  every: number = EVERY,
): Fetching {
  const control = new AbortController()
  const { signal } = control
  let wanted = fetchWanted(context, log, signal)
  let isWanted = false
  const stop = signals.listen(FETCH, () => {
    if (isWanted) return
    isWanted = true
    wanted = wanted
      .then(() => pause(AFTER, signal))
      .then(() => {
        isWanted = false
        return fetchWanted(context, log, signal)
      })
  })
  const going = (async () => {
    // Not at once, nor all servers of a database at the same time.
    for (;;) {
      await pause(every * (0.8 + 0.4 * Math.random()), signal)
      if (signal.aborted) return
      await fetchAll(context, log, signal)
    }
  })()
  return {
    close: async () => {
      stop()
      control.abort()
      await Promise.all([going, wanted])
    },
  }
}

/** What somebody wants to be fetched now. */
async function fetchWanted(
  context: FetchContext & Pick<Context, 'db'>,
  log: Pick<Logger, 'warn'>,
  signal: AbortSignal,
): Promise<void> {
  const wanted = await requestedFetches(context.db).catch((error: unknown) => {
    if (!signal.aborted) log.warn({ reason: messageOf(error) }, 'projects could not be listed')
    return []
  })
  for (const id of wanted) {
    if (signal.aborted) return
    try {
      await fetchProject(context, { id }, { signal, timeout: PATIENCE })
    } catch (error) {
      if (signal.aborted) return
      log.warn({ project: id, reason: messageOf(error) }, 'a project was not fetched')
    }
  }
}

async function fetchAll(
  context: FetchContext,
  log: Pick<Logger, 'warn'>,
  signal: AbortSignal,
): Promise<void> {
  const projects = await context.repositories.list().catch((error: unknown) => {
    log.warn({ reason: messageOf(error) }, 'projects could not be listed')
    return []
  })
  for (const project of projects.filter(({ source }) => source !== undefined)) {
    if (signal.aborted) return
    try {
      await fetchProject(context, project, { signal, timeout: PATIENCE })
    } catch (error) {
      if (signal.aborted) return
      log.warn({ project: project.name, reason: messageOf(error) }, 'a project was not fetched')
    }
  }
}
