import type { Logger } from 'pino'
import type { Forge, ObservedPullRequest } from '../../forges/index.ts'
import { inTransaction } from '../../platform/db/db.ts'
import { AppError, messageOf } from '../../platform/errors.ts'
import { pause } from '../../platform/pause.ts'
import { tipOf } from '../../projects/index.ts'
import type { PullRequest } from '../../pull-requests/index.ts'
import { mirrorPlaces } from '../changes/committed-platform.ts'
import type { Context } from '../context.ts'
import { takeHint } from './take-hint.ts'

/** Finds what no webhook told of. */
export interface Polling {
  /** Ends it; what is asked at the moment is waited for. */
  close(): Promise<void>
}

export interface PollingDeps {
  readonly context: Context
  readonly log: Pick<Logger, 'warn'>
  /** Milliseconds between two polls of a project, more or less. */
  readonly every?: number
}

const EVERY = 3 * 60_000

/** Comments are asked for from a while before the last one: clocks differ, and some come late. */
const OVERLAP = 10 * 60_000

/** Keeps looking at the open pull requests of all projects, one project after the other. */
export function startPolling({ context, log, every = EVERY }: PollingDeps): Polling {
  const control = new AbortController()
  const { signal } = control
  const going = (async () => {
    // Not all servers of a database at the same time.
    for (let first = true; !signal.aborted; first = false) {
      await pause(
        first ? Math.random() * Math.min(every, 10_000) : every * (0.8 + 0.4 * Math.random()),
        signal,
      )
      if (signal.aborted) return
      await pollAll(context, log, signal)
    }
  })()
  return {
    close: () => {
      control.abort()
      return going
    },
  }
}

async function pollAll(
  context: Context,
  log: Pick<Logger, 'warn'>,
  signal: AbortSignal,
): Promise<void> {
  const projects = await context.repositories.list().catch((error: unknown) => {
    log.warn({ reason: messageOf(error) }, 'projects could not be listed')
    return []
  })
  for (const { id, name, source } of projects) {
    if (signal.aborted) return
    if (source === undefined) continue
    try {
      await pollProject(context, id)
      await context.forges.notePolled(id, undefined)
    } catch (error) {
      log.warn({ project: name, reason: messageOf(error) }, 'a host could not be polled')
      const said = error instanceof AppError ? error.message : 'something went wrong: see the log'
      await context.forges.notePolled(id, said).catch(() => undefined)
    }
  }
}

/**
 * Has everything looked at of a project that differs from what is recorded: pull requests that are new,
 * moved or over, bases that moved, comments that were made.
 * @throws AppError when the host cannot be asked
 */
async function pollProject(context: Context, projectId: string): Promise<void> {
  const forge = await context.forges.open(projectId)
  const open = await forge.openPullRequests()
  const recorded = await context.pullRequests.list({ projectIds: [projectId], status: 'open' })
  const known = new Map(recorded.map((one) => [one.number, one]))
  const numbers = new Set(open.map(({ number }) => number))
  const moved = open
    .filter((one) => differs(one, known.get(one.number)))
    .map(({ number }) => number)
  const gone = recorded.filter(({ number }) => !numbers.has(number)).map(({ number }) => number)
  const behind = await behindTheirBase(context, projectId, recorded)
  const places = [...moved, ...gone, ...behind].map((number) => ({ projectId, number }))
  await context.pullRequests.requestLook(places)
  await takeComments(context, forge, {
    projectId,
    open,
    known,
    ended: await endedOf(context, projectId),
  })
}

/** Those that are over and still are talked to: of the last minutes, and whose change can be applied. */
async function endedOf({ pullRequests }: Context, projectId: string): Promise<number[]> {
  const ended = await pullRequests.listEnded(projectId, new Date(Date.now() - OVERLAP))
  return ended.map(({ number }) => number)
}

function differs(observed: ObservedPullRequest, known: PullRequest | undefined): boolean {
  return (
    known === undefined ||
    known.headCommit !== observed.head.commit ||
    known.baseBranch !== observed.base.branch ||
    known.isDraft !== observed.isDraft ||
    known.title !== observed.title ||
    known.labels.toSorted().join('\n') !== observed.labels.toSorted().join('\n')
  )
}

/** Those whose base is not where it was when they were planned. */
async function behindTheirBase(
  context: Context,
  projectId: string,
  recorded: readonly PullRequest[],
): Promise<number[]> {
  const places = mirrorPlaces(context)
  const tips = new Map<string, string | undefined>()
  const behind: number[] = []
  for (const { number, baseBranch, planned } of recorded) {
    if (!tips.has(baseBranch)) {
      tips.set(baseBranch, await tipOf(places, projectId, `refs/heads/${baseBranch}`))
    }
    if (planned !== undefined && planned.base !== tips.get(baseBranch)) behind.push(number)
  }
  return behind
}

interface Commented {
  readonly projectId: string
  readonly open: readonly ObservedPullRequest[]
  readonly known: ReadonlyMap<number, PullRequest>
  readonly ended: readonly number[]
}

async function takeComments(
  context: Context,
  forge: Forge,
  { projectId, open, known, ended }: Commented,
): Promise<void> {
  const newest = await context.pullRequests.newestCommentAt(projectId)
  // Whatever was told of its time: what comes later is not passed over.
  const since = new Date(Math.min(newest?.getTime() ?? 0, Date.now()) - OVERLAP)
  // What nothing happened to since has no comment either.
  const touched = open.filter(({ number, updatedAt }) => updatedAt >= since || !known.has(number))
  const numbers = [...touched.map(({ number }) => number), ...ended]
  if (numbers.length === 0) return
  const comments = await forge.comments(numbers, newest === undefined ? oldest(touched) : since)
  if (comments.length === 0) return
  await inTransaction(context.db, async (tx) => {
    for (const comment of comments) await takeHint(tx, { projectId }, { kind: 'comment', comment })
  })
}

function oldest(pullRequests: readonly ObservedPullRequest[]): Date {
  const all = pullRequests.map(({ createdAt }) => createdAt.getTime())
  return new Date(Math.min(Date.now() - OVERLAP, ...all))
}
