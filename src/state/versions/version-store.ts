import { type Selectable, sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import type { StateVersions } from '../../platform/db/schema.gen.ts'
import type { Cause, ResourceCounts, StateVersion } from '../state-version.ts'
import type { Content } from './content.ts'

const columns = [
  'id',
  'workspace_id',
  'number',
  'lineage',
  'serial',
  'sha256',
  'size',
  'cause',
  'reason',
  'actor',
  'run_id',
  'lock_id',
  'terraform_version',
  'counts',
  'outputs_changed',
  'created_at',
] as const satisfies readonly (keyof StateVersions)[]

/** The version with the highest number. */
export async function findCurrent(db: Db, workspaceId: string): Promise<StateVersion | undefined> {
  const row = await db
    .selectFrom('state_versions')
    .select(columns)
    .where('workspace_id', '=', workspaceId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && toVersion(row)
}

export async function findCurrentId(db: Db, workspaceId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('state_versions')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id
}

/** A version and, when it is small enough to come along, its content. */
export interface StoredVersion {
  readonly version: StateVersion
  /** As it is stored; undefined when it must be read in parts. */
  readonly gzip: Buffer | undefined
}

/** Bytes of gzip that come along with their version: reading them apart costs more. */
const SMALL = 64 * 1024

/** The version with the highest number, with its content if that is small. */
export async function findCurrentStored(
  db: Db,
  workspaceId: string,
): Promise<StoredVersion | undefined> {
  const row = await db
    .selectFrom('state_versions')
    .select(columns)
    .select(
      sql<Buffer | null>`case when octet_length(content) <= ${SMALL} then content end`.as('gzip'),
    )
    .where('workspace_id', '=', workspaceId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && { version: toVersion(row), gzip: row.gzip ?? undefined }
}

export async function findVersion(
  db: Db,
  workspaceId: string,
  number: number,
): Promise<StateVersion | undefined> {
  const row = await db
    .selectFrom('state_versions')
    .select(columns)
    .where('workspace_id', '=', workspaceId)
    .where('number', '=', number)
    .executeTakeFirst()
  return row && toVersion(row)
}

export async function listVersions(
  db: Db,
  workspaceId: string,
  page: { readonly before?: number; readonly limit: number },
): Promise<StateVersion[]> {
  const { before, limit } = page
  const rows = await db
    .selectFrom('state_versions')
    .select(columns)
    .where('workspace_id', '=', workspaceId)
    .$if(before !== undefined, (query) => query.where('number', '<', before ?? 0))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toVersion)
}

/** What a run recorded, oldest first. */
export async function listVersionsOfRun(db: Db, runId: number): Promise<StateVersion[]> {
  const rows = await db
    .selectFrom('state_versions')
    .select(columns)
    .where('run_id', '=', runId)
    .orderBy('number')
    .execute()
  return rows.map(toVersion)
}

export async function findHighestSerial(
  db: Db,
  workspaceId: string,
  lineage: string,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('state_versions')
    .select(({ fn }) => fn.max('serial').as('serial'))
    .where('workspace_id', '=', workspaceId)
    .where('lineage', '=', lineage)
    .executeTakeFirst()
  return row?.serial ?? undefined
}

/** Whether some version of the workspace has these very bytes. */
export async function hasVersionOf(db: Db, workspaceId: string, sha256: string): Promise<boolean> {
  const row = await db
    .selectFrom('state_versions')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('sha256', '=', Buffer.from(sha256, 'hex'))
    .executeTakeFirst()
  return row !== undefined
}

export interface NewVersion {
  readonly id: string
  readonly workspaceId: string
  readonly number: number
  readonly lineage: string
  readonly serial: number
  readonly content: Content
  readonly cause: Cause
  readonly reason: string | undefined
  readonly actor: string
  readonly runId: number | undefined
  readonly lockId: string | undefined
  readonly terraformVersion: string | undefined
  readonly counts: ResourceCounts | undefined
  readonly outputsChanged: readonly string[] | undefined
}

/** The caller holds the workspace's row. A serial that is used already violates a unique key. */
export async function insertVersion(db: Db, version: NewVersion): Promise<StateVersion> {
  const { content, counts, outputsChanged } = version
  const row = await db
    .insertInto('state_versions')
    .values({
      id: version.id,
      workspace_id: version.workspaceId,
      number: version.number,
      lineage: version.lineage,
      serial: version.serial,
      sha256: Buffer.from(content.sha256, 'hex'),
      size: content.size,
      content: content.gzip,
      cause: version.cause,
      reason: version.reason ?? null,
      actor: version.actor,
      run_id: version.runId ?? null,
      lock_id: version.lockId ?? null,
      terraform_version: version.terraformVersion ?? null,
      counts: counts === undefined ? null : JSON.stringify(counts),
      outputs_changed: outputsChanged === undefined ? null : JSON.stringify(outputsChanged),
    })
    .returning(columns)
    .executeTakeFirstOrThrow()
  return toVersion(row)
}

function toVersion(row: Omit<Selectable<StateVersions>, 'content'>): StateVersion {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    number: row.number,
    lineage: row.lineage,
    serial: row.serial,
    sha256: row.sha256.toString('hex'),
    size: row.size,
    // The table's check constraint knows the same causes.
    cause: row.cause as Cause,
    reason: row.reason ?? undefined,
    actor: row.actor,
    runId: row.run_id ?? undefined,
    lockId: row.lock_id ?? undefined,
    terraformVersion: row.terraform_version ?? undefined,
    // Written by `insertVersion` alone.
    counts: (row.counts ?? undefined) as ResourceCounts | undefined,
    outputsChanged: (row.outputs_changed ?? undefined) as readonly string[] | undefined,
    createdAt: row.created_at,
  }
}
