import path from 'node:path'
import type { PoolConfig } from 'pg'
import { codeOf, unavailable } from '../errors.ts'
import { acquire } from './acquire.ts'
import { type Claim, connectionTo } from './claim.ts'
import { diskFullError, isDiskFull, isLostConnection } from './failures.ts'
import { openPlace, type Place, type PlaceOptions } from './place.ts'
import { trimLog } from './postmaster.ts'
import { defaultSources, type ProgramSources } from './programs.ts'

export interface EmbeddedOptions extends Omit<PlaceOptions, 'systemDirectory'> {
  /** The person's PATH, for a machine's own PostgreSQL where Portolan brings none. */
  readonly path?: string
  /** Where root keeps what `nobody` has to reach. Default `/var/lib/portolan`. */
  readonly systemDirectory?: string
  /** How long to try, in milliseconds. Default 30 s. */
  readonly patience?: number
  /** Where PostgreSQL's programs come from, instead of the npm package and the machine. */
  readonly sources?: ProgramSources
}

/** A PostgreSQL of one repository that runs as long as a command uses it. */
export interface EmbeddedDatabase extends AsyncDisposable {
  readonly connection: PoolConfig
  /** The same as a `DATABASE_URL`, for a program that this user starts. */
  readonly url: string
  /** Starts the server again if it has died, and holds it again. Cheap while it lives. */
  ensure(): Promise<void>
  /** What a person should read instead of a database error that the server's place explains. */
  explain(error: unknown): unknown
  /** Ends this command's use; close pools first. The last one stops the server. */
  release(): Promise<void>
}

/**
 * Opens the PostgreSQL of a repository: joins the running one, or starts it, or makes it first.
 * Any number of commands may do so at once.
 * @throws AppError `unavailable` that says what was seen and what to do
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const whole: PlaceOptions = {
    directory: path.resolve(options.directory),
    runtimeDirectory: options.runtimeDirectory,
    uid: options.uid,
    systemDirectory: options.systemDirectory ?? '/var/lib/portolan',
  }
  const take = () => acquireExplained(whole, options)
  const { claim: first, place } = await take()
  let claim = first
  let ensuring: Promise<void> | undefined
  let released = false

  async function renew(): Promise<void> {
    if (await claim.holds()) return
    await claim.leave()
    const { claim: fresh } = await take()
    if (fresh.socketDirectory !== claim.socketDirectory) {
      await fresh.release()
      throw unavailable("the database's server was started again at another place", {
        next: 'Run the command again.',
      })
    }
    claim = fresh
  }

  async function release(): Promise<void> {
    if (released) return
    released = true
    await ensuring?.catch(() => undefined)
    await claim.release()
  }

  return {
    connection: connectionTo(claim.socketDirectory),
    url: urlOf(claim),
    ensure: () => {
      ensuring ??= renew().finally(() => {
        ensuring = undefined
      })
      return ensuring
    },
    explain: (error) => explainFailure(error, place),
    release,
    [Symbol.asyncDispose]: release,
  }
}

function explainFailure(error: unknown, place: Place): unknown {
  if (isDiskFull(error)) return diskFullError(place.root, error)
  if (!isLostConnection(error)) return error
  return unavailable(`the connection to the database in ${place.root} was lost: PostgreSQL ended`, {
    cause: error,
    next: `Run the command again: what was saved is safe. The server's log is ${place.log}.`,
  })
}

async function acquireExplained(
  whole: PlaceOptions,
  options: EmbeddedOptions,
): Promise<{ readonly claim: Claim; readonly place: Place }> {
  let place = whole.directory
  try {
    const found = await openPlace(whole)
    place = found.root
    const claim = await acquire({
      place: found,
      options: whole,
      sources: () =>
        options.sources === undefined
          ? defaultSources(options.path ?? '')
          : Promise.resolve(options.sources),
      patience: options.patience ?? 30_000,
    })
    await trimLog(found.log)
    return { claim, place: found }
  } catch (error) {
    if (isDiskFull(error)) throw diskFullError(place, error)
    const code = codeOf(error)
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw unavailable(`this user may not use the database in ${place} (${code})`, {
        cause: error,
        next: 'Run portolan as the user who made it, or set PORTOLAN_DATA_DIR to a directory of yours.',
      })
    }
    throw error
  }
}

function urlOf(claim: Claim): string {
  const { user, database, host } = connectionTo(claim.socketDirectory)
  return `postgresql://${user}@/${database}?host=${encodeURIComponent(host)}`
}
