import type { Selectable } from 'kysely'
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

/** Takes the lock with a new fence; the caller holds the workspace's row and saw no lock. */
export async function insertLock(db: Db, workspaceId: string, request: LockRequest): Promise<Lock> {
  const { fence } = await db
    .updateTable('workspaces')
    .set((eb) => ({ fence: eb('fence', '+', 1) }))
    .where('id', '=', workspaceId)
    .returning('fence')
    .executeTakeFirstOrThrow()
  const row = await db
    .insertInto('workspace_locks')
    .values({
      workspace_id: workspaceId,
      lock_id: request.id,
      kind: request.kind,
      run_id: request.runId ?? null,
      actor: request.actor,
      info: JSON.stringify(request.info),
      fence,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toLock(row)
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
    .deleteFrom('workspace_locks')
    .where('workspace_id', '=', workspaceId)
    .where('lock_id', '=', release.lockId)
    .execute()
  await db
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
