import type { Db } from '../../platform/db/db.ts'
import { conflict } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { compareWith } from '../compare/compare-service.ts'
import { inspectState, type StateHeader, withSerial } from '../format/header.ts'
import type { StateVersion } from '../state-version.ts'
import { pack } from './content.ts'
import { insertVersion } from './version-store.ts'

export interface Follower {
  readonly workspaceId: string
  readonly bytes: Buffer
  readonly header: StateHeader
  /** The serial to record; the bytes are changed when theirs is another. */
  readonly serial: number
  readonly origin: Pick<StateVersion, 'actor' | 'reason' | 'cause' | 'lockId' | 'runId'>
}

/**
 * Records bytes that a person chose as the version behind `current`. The caller holds the row.
 * @throws AppError `conflict` when the serial must change and is encrypted, or none is left
 */
export async function follow(
  tx: Db,
  current: StateVersion | undefined,
  follower: Follower,
): Promise<StateVersion> {
  const { workspaceId, header, serial, origin } = follower
  const bytes = withOtherSerial(follower)
  const { change } = await compareWith(tx, current && { version: current, gzip: undefined }, {
    bytes,
    header,
  })
  return insertVersion(tx, {
    ...origin,
    id: newId(),
    workspaceId,
    number: (current?.number ?? 0) + 1,
    lineage: header.lineage,
    serial,
    content: await pack(bytes),
    terraformVersion: header.terraformVersion,
    counts: change?.counts,
    outputsChanged: change?.outputsChanged,
  })
}

/** @throws AppError `conflict` when the bytes are no state */
export function headerOf(bytes: Buffer, what: string): StateHeader {
  const inspection = inspectState(bytes)
  if (inspection.kind === 'state') return inspection.header
  throw conflict(`${what} is no state: ${inspection.reason}`, {
    next: 'Download its bytes and mend them by hand, or dismiss it.',
  })
}

function withOtherSerial({ bytes, header, serial }: Follower): Buffer {
  if (serial === header.serial) return bytes
  if (header.encrypted) {
    throw conflict(
      `the state is encrypted by OpenTofu and its serial, which must become ${serial}, is also inside: only who has the key can change it`,
      {
        next: 'Where the key is: `tofu state pull`, set the serial, and `tofu state push -force`.',
      },
    )
  }
  if (!Number.isSafeInteger(serial)) throw conflict('no higher serial is left in this lineage')
  return withSerial(bytes, header, serial)
}
