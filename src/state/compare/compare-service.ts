import type { Db } from '../../platform/db/db.ts'
import { inspectGently, type StateHeader } from '../format/header.ts'
import { parseState } from '../format/parsed-state.ts'
import { unpack } from '../versions/content.ts'
import { readContent } from '../versions/content-store.ts'
import type { StoredVersion } from '../versions/version-store.ts'
import { type ChangeCount, countChanges } from './count.ts'

/** What an upload changes against the version before it. */
export interface Comparison {
  /** Managed instances of that version; undefined when they cannot be counted. */
  readonly managed: number | undefined
  /** Undefined when the two cannot be compared: encrypted, damaged, or too large to hold others up. */
  readonly change: ChangeCount | undefined
}

/** Above so many bytes a state is not parsed on the way in: it would block everybody else. */
const LARGEST_COMPARED = 32 * 1024 * 1024

/** Compares an upload with the version that it would follow. */
export async function compareWith(
  db: Db,
  base: StoredVersion | undefined,
  upload: { readonly bytes: Buffer; readonly header: StateHeader },
): Promise<Comparison> {
  const isLarge = Math.max(base?.version.size ?? 0, upload.bytes.length) > LARGEST_COMPARED
  const known = base?.version.counts?.total
  if (upload.header.encrypted || (isLarge && known !== undefined)) {
    return { managed: known, change: undefined }
  }
  const bytes = base && (await readableBytes(db, base))
  if (base !== undefined && bytes === undefined) return { managed: known, change: undefined }
  const managed = known ?? (bytes && (await managedIn(bytes)))
  if (isLarge) return { managed, change: undefined }
  return {
    managed,
    change: countChanges(bytes && parseState(bytes), parseState(upload.bytes)),
  }
}

async function managedIn(bytes: Buffer): Promise<number | undefined> {
  const inspection = await inspectGently(bytes)
  return inspection.kind === 'state' ? inspection.header.managed : undefined
}

/** Undefined for a version that is damaged: it must not keep a newer one from being recorded. */
async function readableBytes(db: Db, base: StoredVersion): Promise<Buffer | undefined> {
  const { version } = base
  const gzip = base.gzip ?? (await readContent(db, 'state_versions', version.id))
  if (gzip === undefined) return undefined
  const { sha256, size } = version
  return unpack({ sha256, size, gzip }, `state version ${version.number}`).catch(() => undefined)
}
