import { describe, expect } from 'vitest'
import { test } from '../../../test/support/database.ts'
import {
  anApplyingRun,
  aRunService,
  letLeaseRunOut,
  somebodyWaits,
} from '../../../test/support/runs.ts'
import { aWorkspace } from '../../../test/support/state.ts'

const lost = { code: 'conflict', details: { lease: 'lost' } }

describe('what the runner of a run writes', () => {
  test('is numbered, and output belongs to the phase that it comes from', async ({ db }) => {
    const runs = aRunService(db)
    const { id, lease } = await anApplyingRun(runs, await aWorkspace(db))
    await runs.log(lease, 'one\n')
    await runs.log(lease, 'two\n')
    expect(await runs.logs(id, 0)).toMatchObject([
      { seq: 1, phase: 'apply', text: 'one\n' },
      { seq: 2, phase: 'apply', text: 'two\n' },
    ])
  })

  test('is refused when the lease was lost', async ({ db }) => {
    const runs = aRunService(db)
    const { id, lease } = await anApplyingRun(runs, await aWorkspace(db))
    const before = await runs.events(id, 0)
    await letLeaseRunOut(db, id)
    await runs.expire()
    await expect(runs.log(lease, 'late')).rejects.toMatchObject(lost)
    await expect(runs.event(lease, 'resource', {})).rejects.toMatchObject(lost)
    expect(await runs.logs(id, 0)).toEqual([])
    expect((await runs.events(id, before.length)).map((event) => event.type)).toEqual(['status'])
  })

  test('stands after what somebody else writes at the same moment', async ({ db }) => {
    const runs = aRunService(db)
    const { id, lease } = await anApplyingRun(runs, await aWorkspace(db))
    const before = await runs.events(id, 0)
    const waiting = await db.transaction().execute(async (tx) => {
      await aRunService(tx).cancel(id, 'bob')
      const event = runs.event(lease, 'resource', { address: 'a.b' })
      await somebodyWaits(db)
      return { event }
    })
    await waiting.event
    expect(await runs.events(id, before.length)).toMatchObject([
      { seq: before.length + 1, type: 'cancel-requested' },
      { seq: before.length + 2, type: 'resource', data: { address: 'a.b' } },
    ])
  })
})
