import { Client, type ClientConfig } from 'pg'
import { isRunning, type Postmaster, readPidFile, stopPostmaster } from './postmaster.ts'
import { DATABASE, PORT, ROLE } from './settings.ts'

/** The advisory lock that says "in use": shared by every command, exclusive to stop or upgrade. */
const CLAIM = 7_067_911_648

export interface Connection {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
  readonly ssl: false
}

/** How the server with its socket in this directory is reached. */
export function connectionTo(socketDirectory: string): Connection {
  // Everything is said here: PGSSLMODE and its like in the environment are for other servers.
  return { host: socketDirectory, port: PORT, user: ROLE, database: DATABASE, ssl: false }
}

/**
 * One command's hold on a running server: a session with a shared lock, which ends with the
 * process, however that ends.
 */
export interface Claim {
  readonly socketDirectory: string
  readonly postmaster: Postmaster
  /** False when the server crashed or was stopped by somebody. */
  holds(): Promise<boolean>
  /** Gives the claim up without stopping the server. */
  leave(): Promise<void>
  /** Gives the claim up; the last one stops the server. */
  release(): Promise<void>
  /** Turns it into the only claim, unless there are others. New ones then wait. */
  tryExclusive(): Promise<boolean>
}

/**
 * Connects and takes the shared lock. Waits while another command is stopping the server.
 * @param patience how long to wait, in milliseconds
 * @throws what `pg` throws; see `isPassing`
 */
export async function takeClaim(socketDirectory: string, patience: number): Promise<Claim> {
  const session = new Session(socketDirectory, patience)
  const postmaster = await session.open()
  return {
    socketDirectory,
    postmaster,
    holds: () => session.holds(postmaster),
    leave: () => session.close(),
    release: () => session.release(postmaster),
    tryExclusive: () => session.tryExclusive(),
  }
}

class Session {
  ended = false
  private readonly client: Client
  private readonly over: Promise<void>

  constructor(socketDirectory: string, patience: number) {
    const config: ClientConfig = {
      ...connectionTo(socketDirectory),
      application_name: 'portolan claim',
      connectionTimeoutMillis: patience,
      lock_timeout: patience,
    }
    this.client = new Client(config)
    this.over = new Promise((resolve) => {
      const end = () => {
        this.ended = true
        resolve()
      }
      this.client.on('error', end)
      this.client.on('end', end)
    })
  }

  async open(): Promise<Postmaster> {
    try {
      await this.client.connect()
      const { rows } = await this.client.query<{ directory: string }>(
        `select pg_advisory_lock_shared($1), current_setting('data_directory') as directory`,
        [CLAIM],
      )
      const dataDirectory = rows[0]?.directory ?? ''
      // While this session lives, so does the postmaster that the file names.
      return { pid: (await readPidFile(dataDirectory))?.pid ?? 0, dataDirectory }
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async holds(postmaster: Postmaster): Promise<boolean> {
    if (this.ended) return false
    const answers = await this.client.query('select').then(
      () => true,
      () => false,
    )
    // The children of a killed postmaster answer for another moment.
    return answers && !this.ended && (await isRunning(postmaster))
  }

  async release(postmaster: Postmaster): Promise<void> {
    if (this.ended) return
    try {
      if (await this.tryExclusive()) {
        await stopPostmaster(postmaster)
        // Until the shutdown ends this session nobody else can get a claim on the dying server.
        await Promise.race([this.over, timeout(5_000)])
      }
    } catch (error) {
      if (!this.ended) throw error
    }
    await this.close()
  }

  async tryExclusive(): Promise<boolean> {
    await this.client.query('select pg_advisory_unlock_shared($1)', [CLAIM])
    const { rows } = await this.client.query<{ alone: boolean }>(
      'select pg_try_advisory_lock($1) as alone',
      [CLAIM],
    )
    return rows[0]?.alone === true
  }

  async close(): Promise<void> {
    this.ended = true
    await this.client.end().catch(() => undefined)
  }
}

function timeout(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref())
}
