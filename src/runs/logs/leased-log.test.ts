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
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at)

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

  test('is all there, without a gap, when much of it comes at once', async ({ db }) => {
    const runs = aRunService(db)
    const { id, lease } = await anApplyingRun(runs, await aWorkspace(db))
    const before = await runs.events(id, 0)
    const pieces = numbers(1, 30).map((piece) => `${piece}\n`)
    await Promise.all([
      ...pieces.map((piece) => runs.log(lease, piece)),
      ...pieces.map((piece) => runs.event(lease, 'resource', { piece })),
      runs.cancel(id, 'bob'),
    ])
    const logs = await runs.logs(id, 0)
    expect(logs.map((log) => log.seq)).toEqual(numbers(1, 30))
    expect(logs.map((log) => log.text).toSorted()).toEqual(pieces.toSorted())
    const events = await runs.events(id, before.length)
    expect(events.map((event) => event.seq)).toEqual(numbers(before.length + 1, 31))
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

  test('joins a transaction, whatever comes beside it', async ({ db }) => {
    const runs = aRunService(db)
    const { id, lease } = await anApplyingRun(runs, await aWorkspace(db))
    const beside = await db.transaction().execute(async (tx) => {
      await aRunService(tx).log(lease, 'in it\n')
      const other = runs.log(lease, 'beside it\n')
      await somebodyWaits(db)
      return { other }
    })
    await beside.other
    expect((await runs.logs(id, 0)).map((log) => log.text)).toEqual(['in it\n', 'beside it\n'])
  })
})
