import type { Db } from '../platform/db/db.ts'
import { notFound } from '../platform/errors.ts'
import { unpack } from './content.ts'
import { findQuarantined, readQuarantinedContent } from './quarantine-store.ts'
import type { QuarantinedState, StateVersion } from './state-version.ts'
import { findVersion, readContent } from './version-store.ts'

/** See `StateService.bytes`. */
export async function readVersion(db: Db, version: StateVersion): Promise<Buffer> {
  const { sha256, size, number } = version
  return unpack({ sha256, size, gzip: await readGzip(db, version) }, `state version ${number}`)
}

/** See `StateService.compressed`. */
export async function readGzip(db: Db, version: StateVersion): Promise<Buffer> {
  const gzip = await readContent(db, version.id)
  if (gzip === undefined) throw notFound(`state version ${version.number} is gone`)
  return gzip
}

/** See `StateService.version`. */
export async function getVersion(
  db: Db,
  workspaceId: string,
  number: number,
): Promise<StateVersion> {
  const version = await findVersion(db, workspaceId, number)
  if (version) return version
  throw notFound(`the workspace has no state version ${number}`, {
    next: '`portolan state history` lists the versions.',
  })
}

/** @throws AppError `not_found` */
export async function getQuarantined(db: Db, id: string): Promise<QuarantinedState> {
  const state = await findQuarantined(db, id)
  if (state) return state
  throw notFound(`there is no quarantined state ${id}`)
}

/** See `StateService.quarantinedBytes`. */
export async function readQuarantined(db: Db, id: string): Promise<Buffer> {
  const { sha256, size } = await getQuarantined(db, id)
  const gzip = await readQuarantinedContent(db, id)
  if (gzip === undefined) throw notFound(`there is no quarantined state ${id}`)
  return unpack({ sha256, size, gzip }, `quarantined state ${id}`)
}
