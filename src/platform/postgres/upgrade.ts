import { rm } from 'node:fs/promises'
import { Client } from 'pg'
import { openDb } from '../db/db.ts'
import { migrate } from '../db/migrate.ts'
import { messageOf, unavailable } from '../errors.ts'
import { type Claim, connectionTo } from './claim.ts'
import {
  type Cluster,
  createCluster,
  currentCluster,
  keepOldCluster,
  switchCluster,
} from './cluster.ts'
import { copyTables } from './copy-tables.ts'
import { isDiskFull } from './failures.ts'
import {
  awaitEnd,
  killPostmaster,
  readPidFile,
  type StartOptions,
  startPostmaster,
  stopPostmaster,
} from './postmaster.ts'
import type { Programs } from './versions.ts'

export interface Upgrade {
  readonly start: Pick<StartOptions, 'place' | 'options' | 'deadline'>
  readonly cluster: Cluster
  readonly to: Programs
}

/**
 * Moves a cluster to a newer major version. The old server runs and `claim` is the only one on it.
 * The old data directory is not changed, and counts until the new one is whole; then it stays
 * beside it as `…-before-upgrade` until the next start.
 */
export async function upgradeCluster(upgrade: Upgrade, claim: Claim): Promise<void> {
  const { start, cluster, to } = upgrade
  let fresh: string | undefined
  try {
    fresh = await createCluster(start.place, start.options.uid, to)
    await fill(upgrade, claim, fresh)
    await switchCluster(start.place, fresh)
  } catch (error) {
    const current = await currentCluster(start.place)
    if (fresh !== undefined && current?.directory === cluster.directory) {
      await killPostmaster(fresh)
      await rm(fresh, { recursive: true, force: true })
    }
    if (isDiskFull(error)) throw error
    throw unavailable(
      `the database could not be moved from PostgreSQL ${cluster.major} to ${to.major}: ${messageOf(error)}`,
      {
        cause: error,
        next: 'The old database is as it was. Mend the cause and run the command again.',
      },
    )
  }
  // The old server still runs, so nobody started another in it, and from now on nobody finds it.
  await keepOldCluster(cluster.directory)
}

async function fill(upgrade: Upgrade, claim: Claim, fresh: string): Promise<void> {
  const { start, to } = upgrade
  await startPostmaster({ ...start, dataDirectory: fresh, programs: to, purpose: '-new' })
  const pidFile = await readPidFile(fresh)
  const socketDirectory = pidFile?.ready ? pidFile.socketDirectory : undefined
  if (pidFile === undefined || socketDirectory === undefined)
    throw unavailable('the new PostgreSQL did not start')
  // Both at this version's schema: the tables of one are the tables of the other.
  await migrateAt(claim.socketDirectory)
  await migrateAt(socketDirectory)
  const source = new Client(connectionTo(claim.socketDirectory))
  const target = new Client(connectionTo(socketDirectory))
  const lost = new Promise<never>((_, reject) => {
    for (const client of [source, target]) client.on('error', reject)
  })
  lost.catch(() => undefined)
  try {
    await Promise.all([source.connect(), target.connect()])
    await Promise.race([copyTables(source, target), lost])
  } finally {
    await Promise.allSettled([source.end(), target.end()])
  }
  await stopPostmaster({ pid: pidFile.pid, dataDirectory: fresh })
  await awaitEnd({ pid: pidFile.pid, dataDirectory: fresh }, 60_000)
}

async function migrateAt(socketDirectory: string): Promise<void> {
  const db = openDb({ ...connectionTo(socketDirectory), max: 1 })
  try {
    await migrate(db)
  } finally {
    await db.destroy()
  }
}
