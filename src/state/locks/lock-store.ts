import { type Selectable, sql } from 'kysely'
import type { Db } from '../../platform/db/db.ts'
import type { WorkspaceLocks } from '../../platform/db/schema.gen.ts'
import { notFound } from '../../platform/errors.ts'
import type { Lock, LockInfo, LockKind } from '../state-version.ts'
import type { LockRequest } from '../upload.ts'

/**
 * Holds the workspace's row until the transaction ends: one writer at a time. Runs and quarantine
 * may still refer to the row meanwhile. Gives the highest fence so far.
 * @throws AppError `not_found`
 */
export async function holdWorkspace(db: Db, workspaceId: string): Promise<{ fence: number }> {
  const row = await db
    .selectFrom('workspaces')
    .select('fence')
    .where('id', '=', workspaceId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!row) throw notFound(`there is no workspace ${workspaceId}`)
  return row
}

/** `shop/network@prod`. Reads the projects' tables: the audit log names things as people do. */
export async function nameWorkspace(db: Db, workspaceId: string): Promise<string> {
  const row = await db
    .selectFrom('workspaces')
    .innerJoin('projects', 'projects.id', 'workspaces.project_id')
    .select(['projects.name', 'workspaces.component', 'workspaces.environment'])
    .where('workspaces.id', '=', workspaceId)
    .executeTakeFirstOrThrow()
  return `${row.name}/${row.component}@${row.environment}`
}

export async function findLock(db: Db, workspaceId: string): Promise<Lock | undefined> {
  const row = await db
    .selectFrom('workspace_locks')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst()
  return row && toLock(row)
}

/**
 * Takes the lock with a new fence, unless it is held, its id is buried or, for an apply, the state is
 * at risk: then nothing is done. The caller holds the workspace's row.
 */
export async function insertLock(
  db: Db,
  workspaceId: string,
  request: LockRequest & { readonly isApply: boolean },
): Promise<Lock | undefined> {
  const { rows } = await sql<Selectable<WorkspaceLocks>>`
    with raised as (
      update workspaces set fence = fence + 1
      where id = ${workspaceId}
        and not exists (select from workspace_locks where workspace_id = workspaces.id)
        and not exists (
          select from released_locks
          where workspace_id = workspaces.id and lock_id = ${request.id})
        and not (${request.isApply} and exists (
          select from quarantined_states
          where workspace_id = workspaces.id and resolution is null and at_risk))
      returning id, fence
    )
    insert into workspace_locks (workspace_id, lock_id, kind, run_id, actor, info, fence)
    select id, ${request.id}, ${request.kind}, ${request.runId ?? null}, ${request.actor},
      ${JSON.stringify(request.info)}, fence
    from raised
    returning *`.execute(db)
  const row = rows[0]
  return row && toLock(row)
}

export interface Release {
  readonly lockId: string
  readonly actor: string
  /** Set when the lock was taken away from its holder. */
  readonly forced?: { readonly reason: string }
}

/** Ends the lock, if it is held, and buries its id: it can never be taken again. */
export async function releaseLock(db: Db, workspaceId: string, release: Release): Promise<void> {
  await db
    .with('ended', (cte) =>
      cte
        .deleteFrom('workspace_locks')
        .where('workspace_id', '=', workspaceId)
        .where('lock_id', '=', release.lockId),
    )
    .insertInto('released_locks')
    .values({
      workspace_id: workspaceId,
      lock_id: release.lockId,
      forced: release.forced !== undefined,
      actor: release.actor,
      reason: release.forced?.reason ?? null,
    })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'lock_id']).doNothing())
    .execute()
}

/** How a lock id ended, if it did. */
export async function findRelease(
  db: Db,
  workspaceId: string,
  lockId: string,
): Promise<{ forced: boolean; actor: string; releasedAt: Date } | undefined> {
  const row = await db
    .selectFrom('released_locks')
    .select(['forced', 'actor', 'released_at as releasedAt'])
    .where('workspace_id', '=', workspaceId)
    .where('lock_id', '=', lockId)
    .executeTakeFirst()
  return row
}

function toLock(row: Selectable<WorkspaceLocks>): Lock {
  return {
    workspaceId: row.workspace_id,
    id: row.lock_id,
    // The table's check constraint knows the same kinds.
    kind: row.kind as LockKind,
    runId: row.run_id ?? undefined,
    actor: row.actor,
    // Written by `insertLock` alone.
    info: row.info as unknown as LockInfo,
    fence: row.fence,
    createdAt: row.created_at,
  }
}
