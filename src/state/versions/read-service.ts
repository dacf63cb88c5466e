import type { Db } from '../../platform/db/db.ts'
import { notFound } from '../../platform/errors.ts'
import { findQuarantined } from '../quarantine/quarantine-store.ts'
import type { QuarantinedState, StateVersion } from '../state-version.ts'
import { unpack } from './content.ts'
import { readContent } from './content-store.ts'
import { findCurrentStored, findVersion } from './version-store.ts'

// What the columns can hold: a person may ask for anything.
const LARGEST_NUMBER = 2 ** 31 - 1
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** See `StateService.bytes`. */
export async function readVersion(db: Db, version: StateVersion): Promise<Buffer> {
  return unpackVersion(version, await readGzip(db, version))
}

/** See `StateService.currentBytes`. */
export async function readCurrent(
  db: Db,
  workspaceId: string,
): Promise<{ version: StateVersion; bytes: Buffer } | undefined> {
  const current = await readCurrentGzip(db, workspaceId)
  if (current === undefined) return undefined
  const { version, gzip } = current
  return { version, bytes: await unpackVersion(version, gzip) }
}

/** See `StateService.currentCompressed`. */
export async function readCurrentGzip(
  db: Db,
  workspaceId: string,
): Promise<{ version: StateVersion; gzip: Buffer } | undefined> {
  const current = await findCurrentStored(db, workspaceId)
  if (current === undefined) return undefined
  const { version, gzip } = current
  return { version, gzip: gzip ?? (await readGzip(db, version)) }
}

function unpackVersion({ sha256, size, number }: StateVersion, gzip: Buffer): Promise<Buffer> {
  return unpack({ sha256, size, gzip }, `state version ${number}`)
}

async function readGzip(db: Db, version: StateVersion): Promise<Buffer> {
  const gzip = await readContent(db, 'state_versions', version.id)
  if (gzip === undefined) throw notFound(`state version ${version.number} is gone`)
  return gzip
}

/** See `StateService.version`. */
export async function getVersion(
  db: Db,
  workspaceId: string,
  number: number,
): Promise<StateVersion> {
  const isNumber = Number.isInteger(number) && number > 0 && number <= LARGEST_NUMBER
  const version = isNumber ? await findVersion(db, workspaceId, number) : undefined
  if (version) return version
  throw notFound(`the workspace has no state version ${number}`, {
    next: '`portolan state history` lists the versions.',
  })
}

/** @throws AppError `not_found` */
export async function getQuarantined(db: Db, id: string): Promise<QuarantinedState> {
  const state = UUID.test(id) ? await findQuarantined(db, id) : undefined
  if (state) return state
  throw notFound(`there is no quarantined state ${id}`)
}

/** See `StateService.quarantinedBytes`. */
export async function readQuarantined(db: Db, id: string): Promise<Buffer> {
  const { sha256, size } = await getQuarantined(db, id)
  const gzip = await readContent(db, 'quarantined_states', id)
  if (gzip === undefined) throw notFound(`there is no quarantined state ${id}`)
  return unpack({ sha256, size, gzip }, `quarantined state ${id}`)
}
