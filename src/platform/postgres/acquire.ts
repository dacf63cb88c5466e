import { existsSync } from 'node:fs'
import { type AppError, codeOf, messageOf, unavailable } from '../errors.ts'
import { type Claim, takeClaim } from './claim.ts'
import { type Cluster, createFirstCluster, currentCluster, removeLeftovers } from './cluster.ts'
import { isPassing } from './failures.ts'
import { socketIn } from './paths.ts'
import type { Place, PlaceOptions } from './place.ts'
import {
  awaitEnd,
  discardPidFile,
  readPidFile,
  retirePostmaster,
  serverState,
  startPostmaster,
} from './postmaster.ts'
import {
  noPrograms,
  type ProgramSources,
  preferredPrograms,
  programsGone,
  programsOf,
} from './programs.ts'
import { sleep } from './turn.ts'
import { upgradeCluster } from './upgrade.ts'
import { choosePrograms, type Programs } from './versions.ts'

export interface Site {
  readonly place: Place
  readonly options: PlaceOptions
  readonly sources: () => Promise<ProgramSources>
  /** Milliseconds. */
  readonly patience: number
}

type Attempt =
  | { readonly kind: 'claimed'; readonly claim: Claim; readonly started: boolean }
  /** Worth another try, at once or after a moment. */
  | { readonly kind: 'again'; readonly pause: boolean; readonly seen: string }
  /** Something long was done; patience starts anew. */
  | { readonly kind: 'done'; readonly what: 'created' | 'upgraded' }

/** One command's patience, in milliseconds since the epoch. */
interface Wait {
  readonly since: number
  readonly until: number
}

/** How long a server may be without its socket before it is told to end with its last session. */
const SOCKET_GRACE = 2_000

/** Tries until this command has a claim on a running server of the place, or until patience ends. */
export async function acquire(site: Site): Promise<Claim> {
  let wait = waitFor(site)
  let pause = 5
  let upgraded = false
  while (true) {
    const attempt = await tryAcquire(site, wait)
    if (attempt.kind === 'claimed') {
      // What an upgrade kept stays until the start after the one that follows it.
      if (attempt.started && !upgraded) await removeLeftovers(site.place)
      return attempt.claim
    }
    if (attempt.kind === 'done') {
      upgraded = attempt.what === 'upgraded'
      wait = waitFor(site)
      continue
    }
    if (Date.now() > wait.until) throw gaveUp(site, attempt.seen)
    if (!attempt.pause) continue
    await sleep(pause)
    pause = Math.min(pause * 1.3, 100)
  }
}

function waitFor(site: Site): Wait {
  const since = Date.now()
  return { since, until: since + site.patience }
}

function gaveUp(site: Site, seen: string): AppError {
  return unavailable(
    `the database in ${site.place.root} could not be reached within ${Math.round(site.patience / 1000)} s: ${seen}`,
    {
      next: `Run the command again. If it stays like this, the server's log says why: ${site.place.log}`,
    },
  )
}

async function tryAcquire(site: Site, wait: Wait): Promise<Attempt> {
  const cluster = await currentCluster(site.place)
  if (cluster === undefined) {
    const programs = await preferredPrograms(site.place.programs, await site.sources())
    if (programs === undefined) throw noPrograms()
    await createFirstCluster(site.place, site.options.uid, programs)
    return { kind: 'done', what: 'created' }
  }
  const pidFile = await readPidFile(cluster.directory)
  if (pidFile?.ready && pidFile.socketDirectory !== undefined) {
    const attempt = await join(site, cluster, pidFile.socketDirectory, wait)
    if (attempt.kind === 'claimed') return attempt
    if (!existsSync(socketIn(pidFile.socketDirectory)) && Date.now() - wait.since > SOCKET_GRACE) {
      // Somebody cleaned up /tmp or the session's directory: nobody can join this server any more.
      await retirePostmaster(cluster.directory)
    }
    if ((await serverState(cluster.directory)).kind === 'running') return attempt
  }
  try {
    return await startIfStopped(site, cluster, wait)
  } catch (error) {
    const current = await currentCluster(site.place)
    if (current?.directory === cluster.directory) throw error
    return { kind: 'again', pause: true, seen: 'another command was replacing the database' }
  }
}

async function join(
  site: Site,
  cluster: Cluster,
  socketDirectory: string,
  wait: Wait,
): Promise<Attempt> {
  try {
    const claim = await takeClaim(socketDirectory, Math.max(100, wait.until - Date.now()))
    // Between the look and the claim an upgrade may have put another cluster in its place.
    const current = await currentCluster(site.place)
    if (
      claim.postmaster.dataDirectory === cluster.directory &&
      current?.directory === cluster.directory
    ) {
      return { kind: 'claimed', claim, started: false }
    }
    await claim.release()
    return { kind: 'again', pause: true, seen: 'another command was replacing the database' }
  } catch (error) {
    if (codeOf(error) === '28000') throw notOurs(site)
    if (!isPassing(error)) throw error
    return { kind: 'again', pause: true, seen: reading(error) }
  }
}

function reading(error: unknown): string {
  return codeOf(error) === '55P03'
    ? 'another command has it for itself (it is stopping it or moving it to a newer PostgreSQL)'
    : messageOf(error)
}

function notOurs(site: Site): AppError {
  return unavailable(`the database in ${site.place.root} was started by another user`, {
    next: 'Run portolan as that user, or set PORTOLAN_DATA_DIR to a directory of yours.',
  })
}

async function startIfStopped(site: Site, cluster: Cluster, wait: Wait): Promise<Attempt> {
  const state = await serverState(cluster.directory)
  if (state.kind === 'running') {
    return { kind: 'again', pause: true, seen: 'PostgreSQL is still starting or stopping' }
  }
  if (state.kind === 'stale') await discardPidFile(cluster.directory, state.text)
  const sources = await site.sources()
  const preferred = await preferredPrograms(site.place.programs, sources)
  const available = await programsOf(cluster.major, site.place.programs, sources)
  const choice = choosePrograms(cluster.major, preferred, available)
  if (choice.kind === 'missing') throw programsGone(cluster.major, site.place.root)
  const start = { place: site.place, options: site.options, deadline: wait.until }
  if (choice.kind === 'upgrade') {
    await startPostmaster({
      ...start,
      dataDirectory: cluster.directory,
      programs: choice.from,
      purpose: '-old',
    })
    return upgradeOrJoin(site, cluster, wait, choice.to)
  }
  await startPostmaster({
    ...start,
    dataDirectory: cluster.directory,
    programs: choice.programs,
    purpose: '',
  })
  const pidFile = await readPidFile(cluster.directory)
  if (!pidFile?.ready || pidFile.socketDirectory === undefined) {
    return { kind: 'again', pause: true, seen: 'PostgreSQL is still starting or stopping' }
  }
  const attempt = await join(site, cluster, pidFile.socketDirectory, wait).catch(async (error) => {
    // Nobody would stop it; if others have joined, it ends with the last of them.
    await retirePostmaster(cluster.directory)
    throw error
  })
  return attempt.kind === 'claimed' ? { ...attempt, started: true } : attempt
}

/** The old server runs. Alone on it, the cluster is moved; otherwise this command just uses it. */
async function upgradeOrJoin(
  site: Site,
  cluster: Cluster,
  wait: Wait,
  to: Programs,
): Promise<Attempt> {
  const pidFile = await readPidFile(cluster.directory)
  if (!pidFile?.ready || pidFile.socketDirectory === undefined) {
    return { kind: 'again', pause: true, seen: 'PostgreSQL is still starting or stopping' }
  }
  const attempt = await join(site, cluster, pidFile.socketDirectory, wait)
  if (attempt.kind !== 'claimed') return attempt
  const { claim } = attempt
  if (!(await claim.tryExclusive())) {
    await claim.leave()
    return { kind: 'again', pause: false, seen: 'another command uses the old database' }
  }
  const start = { place: site.place, options: site.options, deadline: Date.now() + site.patience }
  try {
    await upgradeCluster({ start, cluster, to }, claim)
  } finally {
    await claim.release()
  }
  await awaitEnd(claim.postmaster, site.patience)
  return { kind: 'done', what: 'upgraded' }
}
