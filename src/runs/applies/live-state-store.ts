import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import type { StateHeader } from '../../state/index.ts'

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/** A complete state that was seen while a run applied, ready to be kept. */
export interface PackedState {
  readonly lineage: string
  readonly serial: number
  readonly sha256: Buffer
  readonly size: number
  readonly content: Buffer
}

/** Takes its time for a large state: call it before anything is locked. */
export async function pack(
  bytes: Buffer,
  { lineage, serial }: Pick<StateHeader, 'lineage' | 'serial'>,
): Promise<PackedState> {
  const sha256 = createHash('sha256').update(bytes).digest()
  return { lineage, serial, sha256, size: bytes.length, content: await compress(bytes) }
}

/** Keeps it in the run's one row if it is newer than what is there; false when it is not. */
export async function keep(
  db: Db,
  run: { readonly id: number; readonly fence: number },
  state: PackedState,
): Promise<boolean> {
  const row = await db
    .insertInto('live_states')
    .values({ run_id: run.id, fence: run.fence, ...state })
    .onConflict((existing) =>
      existing
        .column('run_id')
        .doUpdateSet((columns) => ({
          serial: columns.ref('excluded.serial'),
          sha256: columns.ref('excluded.sha256'),
          size: columns.ref('excluded.size'),
          content: columns.ref('excluded.content'),
          updated_at: sql<Date>`clock_timestamp()`,
        }))
        .whereRef('live_states.serial', '<', 'excluded.serial')
        .whereRef('live_states.lineage', '=', 'excluded.lineage')
        .whereRef('live_states.fence', '=', 'excluded.fence'),
    )
    .returning('run_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Lineage and serial of what is kept. */
export function find(
  db: Db,
  runId: number,
): Promise<{ readonly lineage: string; readonly serial: number } | undefined> {
  return db
    .selectFrom('live_states')
    .select(['lineage', 'serial'])
    .where('run_id', '=', runId)
    .executeTakeFirst()
}

/** The exact bytes. */
export async function bytes(db: Db, runId: number): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('live_states')
    .select('content')
    .where('run_id', '=', runId)
    .executeTakeFirst()
  return row && decompress(row.content)
}

export async function remove(db: Db, runId: number): Promise<void> {
  await db.deleteFrom('live_states').where('run_id', '=', runId).execute()
}
