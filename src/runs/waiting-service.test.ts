import { describe, expect } from 'vitest'
import { test } from '../../test/support/database.ts'
import { aPlan, aPlannedRun, aRunService, aSource, someOptions } from '../../test/support/runs.ts'
import { aWorkspace } from '../../test/support/state.ts'
import type { Db } from '../platform/db/db.ts'

async function aQueuedRun(db: Db) {
  const runs = aRunService(db)
  const run = await runs.create({
    workspaceId: await aWorkspace(db),
    operation: 'apply',
    actor: 'alice',
    source: aSource,
    options: someOptions,
  })
  return { runs, id: run.id }
}

describe('a run that waits', () => {
  test('says for what, and says it anew when that changes', async ({ db }) => {
    const { runs, id } = await aQueuedRun(db)
    expect(await runs.wait(id, 'waits for db.host')).toMatchObject({
      status: 'waiting',
      reason: 'waits for db.host',
    })
    await runs.wait(id, 'waits for db.host')
    expect(await runs.wait(id, 'blocked by db@dev')).toMatchObject({ reason: 'blocked by db@dev' })
    expect((await runs.events(id, 1)).map(({ type, data }) => [type, data['reason']])).toEqual([
      ['status', 'waits for db.host'],
      ['waiting', 'blocked by db@dev'],
    ])
  })

  test('has no plan that could be applied', async ({ db }) => {
    const runs = aRunService(db)
    const { id, facts, digest } = await aPlannedRun(runs, await aWorkspace(db))
    await runs.approve(id, { digest, actor: 'bob' })
    await runs.wait(id, 'blocked by db@dev')

    expect(await runs.plan(id)).toBeUndefined()
    await expect(runs.startApplying(id, { owner: 'r', facts })).rejects.toMatchObject({
      code: 'conflict',
    })
    const row = await db.selectFrom('plans').select('sealed_file').executeTakeFirst()
    expect(row?.sealed_file).toBeNull()
  })

  test('can be planned, queued again or passed over', async ({ db }) => {
    const { runs, id } = await aQueuedRun(db)
    await runs.wait(id, 'waits for db.host')
    expect(await runs.queueAgain([id], 'bob')).toMatchObject([{ id, status: 'queued' }])
    await runs.wait(id, 'waits for db.host')
    expect(await runs.skip(id, 'db@dev is skipped')).toMatchObject({
      status: 'closed',
      reason: 'skipped: db@dev is skipped',
      finishedAt: expect.any(Date),
    })
  })

  test('is none that is planned, applied or over', async ({ db }) => {
    const { runs, id } = await aQueuedRun(db)
    const lease = await runs.startPlanning(id, 'runner-1')
    await expect(runs.wait(id, 'waits for db.host')).rejects.toMatchObject({ code: 'conflict' })
    await runs.finishPlanning(id, lease, aPlan())
    await runs.skip(id, 'not wanted')
    await expect(runs.wait(id, 'waits for db.host')).rejects.toMatchObject({ code: 'conflict' })
    await expect(runs.skip(id, 'again')).rejects.toMatchObject({ code: 'conflict' })
    await expect(runs.queueAgain([id], 'bob')).rejects.toMatchObject({ code: 'conflict' })
  })
})
