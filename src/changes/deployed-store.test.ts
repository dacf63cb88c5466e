import { sql } from 'kysely'
import { expect } from 'vitest'
import { test } from '../../test/support/database.ts'
import { aRunService, aSource, someOptions } from '../../test/support/runs.ts'
import { aLock, anUpload, aState, aWorkspace } from '../../test/support/state.ts'
import type { Db } from '../platform/db/db.ts'
import { createStateService } from '../state/index.ts'
import { isDeployed } from './deployed.ts'
import { listDeployed } from './deployed-store.ts'

async function projectOf(db: Db, workspaceId: string): Promise<string> {
  const row = await db
    .selectFrom('workspaces')
    .select('project_id')
    .where('id', '=', workspaceId)
    .executeTakeFirstOrThrow()
  return row.project_id
}

async function aRun(db: Db, workspaceId: string, operation: 'apply' | 'destroy', status: string) {
  const run = await aRunService(db).create({
    workspaceId,
    operation,
    actor: 'alice',
    source: aSource,
    options: someOptions,
  })
  await sql`update runs set status = ${status} where id = ${run.id}`.execute(db)
  return run.id
}

test('of a workspace in which nothing was done only the names are known', async ({ db }) => {
  const workspace = await aWorkspace(db)

  const [found] = await listDeployed(db, await projectOf(db, workspace))

  expect(found).toEqual({
    workspaceId: workspace,
    component: 'network',
    environment: 'prod',
    state: undefined,
    lastRun: undefined,
    lastGood: undefined,
    unknownRun: undefined,
    isAtRisk: false,
    lockedBy: undefined,
  })
  expect(found && isDeployed(found)).toBe(false)
})

test('the newest state, the newest run, and the newest run that ended well', async ({ db }) => {
  const workspace = await aWorkspace(db)
  const state = createStateService(db)
  await state.write(workspace, anUpload(aState({ serial: 1 })))
  await state.write(workspace, anUpload(aState({ serial: 2, names: ['a', 'b'] })))
  const good = await aRun(db, workspace, 'apply', 'applied')
  const failed = await aRun(db, workspace, 'apply', 'failed')

  const [found] = await listDeployed(db, await projectOf(db, workspace))

  expect(found).toMatchObject({
    state: { version: 2, resources: 2 },
    lastRun: { id: failed, status: 'failed' },
    lastGood: { id: good, status: 'applied', operation: 'apply', sourceDigest: undefined },
  })
  expect(found?.state?.recordedAt).toBeInstanceOf(Date)
  expect(found?.lastRun?.at).toBeInstanceOf(Date)
  expect(found && isDeployed(found)).toBe(true)
})

test.for([
  { names: [], deployed: false, what: 'what was destroyed is not deployed' },
  { names: ['a'], deployed: true, what: 'what a destroy left over is' },
])('$what', async ({ names, deployed }, { db }) => {
  const workspace = await aWorkspace(db)
  await createStateService(db).write(workspace, anUpload(aState({ serial: 1, names })))
  await aRun(db, workspace, 'destroy', 'applied')

  const [found] = await listDeployed(db, await projectOf(db, workspace))

  expect(found && isDeployed(found)).toBe(deployed)
})

test('what needs a person: a run whose end nobody saw, and the lock of another', async ({ db }) => {
  const workspace = await aWorkspace(db)
  const unknown = await aRun(db, workspace, 'apply', 'unknown')
  await createStateService(db).lock(workspace, aLock('lock-1'))

  const [found] = await listDeployed(db, await projectOf(db, workspace))

  expect(found).toMatchObject({ unknownRun: unknown, lockedBy: 'alice' })
})
