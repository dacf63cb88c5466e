import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import type { QuarantinedStates } from '../../platform/db/schema.gen.ts'
import type { QuarantinedState, RejectionCode } from '../state-version.ts'
import type { Content } from '../versions/content.ts'

const columns = [
  'id',
  'workspace_id',
  'sha256',
  'size',
  'lineage',
  'serial',
  'code',
  'reason',
  'actor',
  'run_id',
  'lock_id',
  'at_risk',
  'created_at',
  'resolution',
  'resolved_by',
  'resolved_at',
] as const satisfies readonly (keyof QuarantinedStates)[]

export interface NewQuarantined {
  readonly id: string
  readonly workspaceId: string
  readonly content: Content
  readonly lineage: string | undefined
  readonly serial: number | undefined
  readonly code: RejectionCode
  readonly reason: string
  readonly actor: string
  readonly runId: number | undefined
  readonly lockId: string | undefined
  readonly atRisk: boolean
}

// A promoted entry is history, and an open one of who held the lock stays that one's: a stranger with
// the same bytes changes nothing.
function again<T>(column: 'actor' | 'reason' | 'run_id' | 'lock_id' | 'at_risk') {
  const name = sql.ref(column)
  return sql<T>`case when quarantined_states.resolution = 'promoted'
    or quarantined_states.resolution is null and quarantined_states.at_risk and not excluded.at_risk
    then quarantined_states.${name} else excluded.${name} end`
}

/**
 * Keeps a rejected upload. The same bytes refused for the same reason again are one entry, which is
 * open again if it had been dismissed; a promoted one stays resolved, for its content is recorded.
 */
export async function keepQuarantined(db: Db, state: NewQuarantined): Promise<QuarantinedState> {
  const row = await db
    .insertInto('quarantined_states')
    .values({
      id: state.id,
      workspace_id: state.workspaceId,
      sha256: Buffer.from(state.content.sha256, 'hex'),
      size: state.content.size,
      content: state.content.gzip,
      lineage: state.lineage ?? null,
      serial: state.serial ?? null,
      code: state.code,
      reason: state.reason,
      actor: state.actor,
      run_id: state.runId ?? null,
      lock_id: state.lockId ?? null,
      at_risk: state.atRisk,
    })
    .onConflict((conflict) =>
      conflict.columns(['workspace_id', 'sha256', 'code']).doUpdateSet({
        actor: again('actor'),
        reason: again('reason'),
        run_id: again('run_id'),
        lock_id: again('lock_id'),
        at_risk: again('at_risk'),
        resolution: sql`case when quarantined_states.resolution = 'promoted' then 'promoted' end`,
        resolved_by: sql`case when quarantined_states.resolution = 'promoted' then quarantined_states.resolved_by end`,
        resolved_at: sql`case when quarantined_states.resolution = 'promoted' then quarantined_states.resolved_at end`,
      }),
    )
    .returning(columns)
    .executeTakeFirstOrThrow()
  return toQuarantined(row)
}

export async function findQuarantined(db: Db, id: string): Promise<QuarantinedState | undefined> {
  const row = await db
    .selectFrom('quarantined_states')
    .select(columns)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toQuarantined(row)
}

/** Nobody has decided on these yet; the newest first. */
export async function listOpen(db: Db, workspaceId: string): Promise<QuarantinedState[]> {
  const rows = await db
    .selectFrom('quarantined_states')
    .select(columns)
    .where('workspace_id', '=', workspaceId)
    .where('resolution', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
  return rows.map(toQuarantined)
}

/** The oldest open rejection of a real apply. */
export async function findAtRisk(
  db: Db,
  workspaceId: string,
): Promise<QuarantinedState | undefined> {
  const row = await db
    .selectFrom('quarantined_states')
    .select(columns)
    .where('workspace_id', '=', workspaceId)
    .where('resolution', 'is', null)
    .where('at_risk', '=', true)
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row && toQuarantined(row)
}

/** False when somebody resolved it before. */
export async function resolveQuarantined(
  db: Db,
  id: string,
  resolution: { readonly as: 'promoted' | 'dismissed'; readonly by: string },
): Promise<boolean> {
  const row = await db
    .updateTable('quarantined_states')
    .set({ resolution: resolution.as, resolved_by: resolution.by, resolved_at: sql`now()` })
    .where('id', '=', id)
    .where('resolution', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

function toQuarantined(row: Omit<Selectable<QuarantinedStates>, 'content'>): QuarantinedState {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    sha256: row.sha256.toString('hex'),
    size: row.size,
    lineage: row.lineage ?? undefined,
    serial: row.serial ?? undefined,
    // `decideWrite` alone makes codes; the check constraint knows the resolutions.
    code: row.code as RejectionCode,
    reason: row.reason,
    actor: row.actor,
    runId: row.run_id ?? undefined,
    lockId: row.lock_id ?? undefined,
    atRisk: row.at_risk,
    createdAt: row.created_at,
    resolution: (row.resolution ?? undefined) as 'promoted' | 'dismissed' | undefined,
    resolvedBy: row.resolved_by ?? undefined,
  }
}
