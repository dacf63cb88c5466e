import type { Db } from '../../platform/db/db.ts'
import { notFound } from '../../platform/errors.ts'
import { findQuarantined } from '../quarantine/quarantine-store.ts'
import type { QuarantinedState, StateVersion } from '../state-version.ts'
import { unpack } from './content.ts'
import { readContent } from './content-store.ts'
import { findVersion } from './version-store.ts'

// What the columns can hold: a person may ask for anything.
const LARGEST_NUMBER = 2 ** 31 - 1
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** See `StateService.bytes`. */
export async function readVersion(db: Db, version: StateVersion): Promise<Buffer> {
  const { sha256, size, number } = version
  return unpack({ sha256, size, gzip: await readGzip(db, version) }, `state version ${number}`)
}

/** See `StateService.compressed`. */
export async function readGzip(db: Db, version: StateVersion): Promise<Buffer> {
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
