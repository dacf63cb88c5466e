import { sql } from 'kysely'
import { describe, expect } from 'vitest'
import { test } from '../../../test/support/database.ts'
import {
  anApplyingRun,
  anApprovedRun,
  aPlan,
  aPlannedRun,
  aRunService,
  aSource,
  letLeaseRunOut,
  somebodyWaits,
  someOptions,
} from '../../../test/support/runs.ts'
import { aLineage, aLock, anUpload, aState, aWorkspace } from '../../../test/support/state.ts'
import type { Db } from '../../platform/db/db.ts'
import { createStateService } from '../../state/index.ts'

const lost = { code: 'conflict', details: { lease: 'lost' } }

async function aPlanningRun(db: Db, owner = 'runner-1') {
  const runs = aRunService(db)
  const { id } = await runs.create({
    workspaceId: await aWorkspace(db),
    operation: 'apply',
    actor: 'alice',
    source: aSource,
    options: someOptions,
  })
  return { id, lease: await runs.startPlanning(id, owner) }
}

describe('a lease', () => {
  test('ends by the database clock unless it is renewed, and once taken away does not come back', async ({
    db,
  }) => {
    const runs = aRunService(db)
    const { id, lease } = await aPlanningRun(db)
    await sql`update runs set lease_expires_at = clock_timestamp() + interval '9 seconds'`.execute(
      db,
    )
    await runs.renew(lease)
    const { rows } = await sql<{ left: number }>`
      select extract(epoch from lease_expires_at - clock_timestamp())::float8 as left from runs`.execute(
      db,
    )
    expect(rows[0]?.left).toBeGreaterThan(30)

    await letLeaseRunOut(db, id)
    await runs.expire()
    await expect(runs.renew(lease)).rejects.toMatchObject(lost)
  })

  test('that is over but that nobody took away goes on: a laptop that slept', async ({ db }) => {
    const runs = aRunService(db)
    const { id, lease } = await anApplyingRun(runs, await aWorkspace(db))
    await letLeaseRunOut(db, id)

    await runs.renew(lease)

    expect(await runs.expire()).toEqual([])
    const state = aState({ serial: 1 })
    expect(await runs.finishApplying(id, lease, { kind: 'applied', state })).toMatchObject({
      status: 'applied',
    })
  })

  test('that was taken away does not let its holder log, report, push a state or end the run', async ({
    db,
  }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const { id, lease } = await anApplyingRun(runs, workspaceId)
    await letLeaseRunOut(db, id)
    await runs.expire()

    await expect(runs.log(lease, 'late')).rejects.toMatchObject(lost)
    await expect(runs.event(lease, 'progress', {})).rejects.toMatchObject(lost)
    await expect(runs.liveState(lease, aState({ serial: 1 }))).rejects.toMatchObject(lost)
    await expect(
      runs.finishApplying(id, lease, { kind: 'applied', state: undefined }),
    ).rejects.toMatchObject(lost)
    expect(await runs.get(id)).toMatchObject({ status: 'unknown' })
    expect(await runs.logs(id, 0)).toEqual([])
    expect(await createStateService(db).current(workspaceId)).toBeUndefined()

    const planning = await aPlanningRun(db)
    await letLeaseRunOut(db, planning.id)
    await runs.expire()
    await expect(runs.finishPlanning(planning.id, planning.lease, aPlan())).rejects.toMatchObject(
      lost,
    )
  })

  test('of somebody else is none', async ({ db }) => {
    const runs = aRunService(db)
    const { id, lease } = await aPlanningRun(db)
    const other = await aPlanningRun(db)
    const forged = { ...lease, token: other.lease.token }

    await expect(runs.log(forged, 'x')).rejects.toMatchObject(lost)
    await expect(runs.renew(forged)).rejects.toMatchObject(lost)
    await expect(runs.finishPlanning(id, forged, { kind: 'cancelled' })).rejects.toMatchObject(lost)
    await expect(runs.finishPlanning(id, other.lease, { kind: 'cancelled' })).rejects.toMatchObject(
      lost,
    )
  })

  test('for planning is none for an apply', async ({ db }) => {
    const runs = aRunService(db)
    const { id, lease } = await aPlanningRun(db)

    await expect(runs.liveState(lease, aState({ serial: 1 }))).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(
      runs.finishApplying(id, lease, { kind: 'applied', state: aState({ serial: 1 }) }),
    ).rejects.toMatchObject({ code: 'conflict' })
    await runs.finishPlanning(id, lease, aPlan())
    await expect(
      runs.finishApplying(id, lease, { kind: 'applied', state: undefined }),
    ).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('a runner that is lost', () => {
  test('while planning fails the run; nothing was changed', async ({ db }) => {
    const runs = aRunService(db)
    const { id, lease } = await aPlanningRun(db)
    expect(await runs.expire()).toEqual([])
    await letLeaseRunOut(db, id)

    expect(await runs.expire()).toMatchObject([
      {
        id,
        status: 'failed',
        reason: 'the runner was lost while planning; nothing was changed, run it again',
      },
    ])
    await expect(runs.finishPlanning(id, lease, aPlan())).rejects.toMatchObject(lost)
  })

  test('while applying leaves the run unknown, locked, with what was seen', async ({ db }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const { id, lease, lock } = await anApplyingRun(runs, workspaceId)
    await runs.liveState(lease, aState({ serial: 2 }))
    await letLeaseRunOut(db, id)

    expect(await runs.expire()).toMatchObject([
      {
        id,
        status: 'unknown',
        reason:
          'the runner was lost while applying; what was last seen of its state (serial 2) is kept, and the workspace stays locked until a person decides: portolan state rescue',
      },
    ])
    expect(await runs.expire()).toEqual([])
    expect(await createStateService(db).heldLock(workspaceId)).toEqual(lock)
    expect(await createStateService(db).current(workspaceId)).toBeUndefined()
    const next = await anApprovedRun(runs, workspaceId)
    await expect(runs.startApplying(next.id, { owner: 'r', facts: next.facts })).rejects.toThrow(
      /nobody saw how run-\d+ by alice ended/,
    )
  })

  test('is known at once when its owner is dead, and nobody else is touched', async ({ db }) => {
    const runs = aRunService(db)
    const mine = await aPlanningRun(db, 'runner-1')
    const others = await aPlanningRun(db, 'runner-2')

    expect(await runs.abandon('runner-1')).toMatchObject([{ id: mine.id, status: 'failed' }])
    expect((await runs.get(others.id)).status).toBe('planning')
    await expect(runs.log(mine.lease, 'x')).rejects.toMatchObject(lost)
  })

  test('is ended once, also when two look for it at the same time', async ({ db }) => {
    const runs = aRunService(db)
    const { id } = await aPlanningRun(db)
    await letLeaseRunOut(db, id)
    await db.transaction().execute(async (tx) => {
      expect(await aRunService(tx).expire()).toHaveLength(1)
      expect(await runs.expire()).toEqual([])
    })

    expect((await runs.events(id, 0)).filter(({ data }) => data['to'] === 'failed')).toHaveLength(1)
  })

  test('that ends its apply while it is taken for dead loses, and its state is kept', async ({
    db,
  }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const { id, lease } = await anApplyingRun(runs, workspaceId)
    await runs.liveState(lease, aState({ serial: 1 }))
    await letLeaseRunOut(db, id)
    await runs.expire()
    const late = aState({ serial: 5, names: ['a', 'b'] })

    await expect(
      runs.finishApplying(id, lease, { kind: 'applied', state: late }),
    ).rejects.toMatchObject(lost)
    expect(await runs.get(id)).toMatchObject({ status: 'unknown' })
    await runs.recover(id, { actor: 'bob', reason: 'it had ended', state: 'live' })
    expect(await createStateService(db).currentBytes(workspaceId)).toMatchObject({ bytes: late })
  })

  test('that comes back after the recovery changes nothing, and its state is in quarantine', async ({
    db,
  }) => {
    const runs = aRunService(db)
    const state = createStateService(db)
    const workspaceId = await aWorkspace(db)
    const { id, lease } = await anApplyingRun(runs, workspaceId)
    await runs.abandon('runner-1')
    await runs.recover(id, { actor: 'bob', reason: 'nothing happened', state: 'current' })
    const late = aState({ serial: 1 })

    await expect(
      runs.finishApplying(id, lease, { kind: 'applied', state: late }),
    ).rejects.toMatchObject(lost)
    expect(await state.current(workspaceId)).toBeUndefined()
    const [kept] = await state.quarantined(workspaceId)
    expect(kept).toMatchObject({ code: 'fence', runId: id })
    expect(kept && (await state.quarantinedBytes(kept.id))).toEqual(late)
  })
})

describe('the live state', () => {
  test('is one row, of the highest serial, whatever order they come in', async ({ db }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const { id, lease } = await anApplyingRun(runs, workspaceId)
    const newest = aState({ serial: 5, names: ['first'] })
    await runs.liveState(lease, aState({ serial: 2 }))
    await runs.liveState(lease, newest)
    await runs.liveState(lease, aState({ serial: 3 }))
    await runs.liveState(lease, aState({ serial: 5, names: ['second'] }))

    expect(
      await db.selectFrom('live_states').select(['run_id', 'serial', 'fence']).execute(),
    ).toEqual([{ run_id: id, serial: 5, fence: lease.fence }])
    await runs.finishApplying(id, lease, { kind: 'applied', state: undefined })
    expect(await createStateService(db).currentBytes(workspaceId)).toMatchObject({ bytes: newest })
  })

  test('is taken under the fence of the apply only', async ({ db }) => {
    const runs = aRunService(db)
    const { id, lease } = await anApplyingRun(runs, await aWorkspace(db))
    const old = { ...lease, fence: (lease.fence ?? 0) - 1 }
    const state = aState({ serial: 1 })

    await expect(runs.liveState(old, state)).rejects.toMatchObject({ code: 'conflict' })
    await expect(runs.finishApplying(id, old, { kind: 'applied', state })).rejects.toMatchObject({
      code: 'conflict',
    })
    expect((await runs.get(id)).status).toBe('applying')
  })

  test('must be a whole state', async ({ db }) => {
    const runs = aRunService(db)
    const { lease } = await anApplyingRun(runs, await aWorkspace(db))
    const whole = aState({ serial: 1 })

    await expect(runs.liveState(lease, whole.subarray(0, 100))).rejects.toMatchObject({
      code: 'invalid',
    })
  })
})

describe('recovering', () => {
  async function anUnknownRun(db: Db, seen?: Buffer) {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    await createStateService(db).write(workspaceId, anUpload(aState({ serial: 1 })))
    const plan = aPlan({ state: { lineage: aLineage, serial: 1 } })
    const { id, lease, lock } = await anApplyingRun(runs, workspaceId, plan)
    if (seen) await runs.liveState(lease, seen)
    await runs.abandon('runner-1')
    return { runs, workspaceId, id, lock, state: createStateService(db) }
  }

  test('records the last seen state as a rescue and releases the lock', async ({ db }) => {
    const seen = aState({ serial: 4, names: ['a', 'b'] })
    const { runs, workspaceId, id, state } = await anUnknownRun(db, seen)
    const run = await runs.recover(id, {
      actor: 'bob',
      reason: 'the machine lost power',
      state: 'live',
    })

    expect(run).toMatchObject({
      status: 'failed',
      reason: 'recovered by bob with the live state: the machine lost power',
    })
    expect(await state.currentBytes(workspaceId)).toMatchObject({
      bytes: seen,
      version: { cause: 'rescue', actor: 'bob', reason: 'the machine lost power', runId: id },
    })
    expect(await state.heldLock(workspaceId)).toBeUndefined()
    expect(await runs.plan(id)).toMatchObject({ hasFile: false })
    const audit = await db
      .selectFrom('audit_log')
      .selectAll()
      .where('action', '=', 'run.recover')
      .execute()
    expect(audit).toMatchObject([{ actor: 'bob', subject: `run-${id}`, details: { serial: 4 } }])
  })

  test('keeps the current state when a person says that it is true', async ({ db }) => {
    const { runs, workspaceId, id, state } = await anUnknownRun(db, aState({ serial: 4 }))
    await runs.recover(id, { actor: 'bob', reason: 'nothing was made', state: 'current' })

    expect(await state.current(workspaceId)).toMatchObject({ serial: 1 })
    expect(await state.heldLock(workspaceId)).toBeUndefined()
    // What was seen stays: no state is thrown away.
    expect(await db.selectFrom('live_states').select('serial').execute()).toEqual([{ serial: 4 }])
  })

  test('takes the bytes that a person has', async ({ db }) => {
    const { runs, workspaceId, id, state } = await anUnknownRun(db)
    const found = aState({ serial: 9, names: ['from-the-disk'] })
    await runs.recover(id, { actor: 'bob', reason: 'errored.tfstate', state: found })

    expect(await state.currentBytes(workspaceId)).toMatchObject({ bytes: found })
  })

  test('changes nothing when that state cannot follow', async ({ db }) => {
    const { runs, workspaceId, id, lock, state } = await anUnknownRun(db)
    for (const wrong of [aState({ serial: 9, lineage: 'other' }), aState({ serial: 0 })]) {
      await expect(
        runs.recover(id, { actor: 'bob', reason: 'x', state: wrong }),
      ).rejects.toMatchObject({ code: 'conflict' })
    }
    expect((await runs.get(id)).status).toBe('unknown')
    expect(await state.heldLock(workspaceId)).toEqual(lock)
  })

  test('needs a reason, an unknown run, and something that was seen', async ({ db }) => {
    const { runs, id } = await anUnknownRun(db)
    const planned = await aPlannedRun(runs, await aWorkspace(db))

    await expect(
      runs.recover(id, { actor: 'bob', reason: '  ', state: 'current' }),
    ).rejects.toMatchObject({ code: 'invalid' })
    await expect(
      runs.recover(id, { actor: 'bob', reason: 'x', state: 'live' }),
    ).rejects.toMatchObject({ code: 'not_found' })
    await expect(
      runs.recover(planned.id, { actor: 'bob', reason: 'x', state: 'current' }),
    ).rejects.toThrow(`run-${planned.id} is planned: there is nothing to recover`)
  })

  test('works when the lock was taken away, and not under the lock of another', async ({ db }) => {
    const { runs, workspaceId, id, state } = await anUnknownRun(db, aState({ serial: 7 }))
    await state.forceUnlock(workspaceId, { actor: 'bob', reason: 'in a hurry' })
    await state.lock(workspaceId, aLock('by-hand', { actor: 'carol', operation: 'state-mv' }))
    const request = { actor: 'bob', reason: 'x', state: 'live' } as const

    await expect(runs.recover(id, request)).rejects.toMatchObject({ code: 'locked' })
    await state.unlock(workspaceId, 'by-hand', 'carol')
    await runs.recover(id, request)
    expect(await state.current(workspaceId)).toMatchObject({ serial: 7, cause: 'rescue' })
    expect(await state.heldLock(workspaceId)).toBeUndefined()
  })

  test('lets the next apply go on', async ({ db }) => {
    const { runs, workspaceId, id } = await anUnknownRun(db)
    await runs.recover(id, { actor: 'bob', reason: 'nothing was made', state: 'current' })
    const plan = aPlan({ state: { lineage: aLineage, serial: 1 } })

    expect(await anApplyingRun(runs, workspaceId, plan)).toMatchObject({
      run: { status: 'applying' },
    })
  })
})

describe('cancelling', () => {
  test('ends at once what waits, and deletes the plan file', async ({ db }) => {
    const runs = aRunService(db)
    const { id } = await aPlannedRun(runs, await aWorkspace(db))

    expect(await runs.cancel(id, 'bob')).toMatchObject({
      status: 'cancelled',
      reason: 'cancelled by bob',
      finishedAt: expect.any(Date),
    })
    expect(await runs.plan(id)).toMatchObject({ hasFile: false })
    await expect(runs.cancel(id, 'bob')).rejects.toThrow(
      `run-${id} is cancelled (cancelled by bob) and cannot become cancelled`,
    )
  })

  test('asks a runner to end, once', async ({ db }) => {
    const runs = aRunService(db)
    const { id } = await anApplyingRun(runs, await aWorkspace(db))
    await runs.cancel(id, 'bob')

    expect(await runs.cancel(id, 'carol')).toMatchObject({
      status: 'applying',
      cancelRequestedBy: 'bob',
    })
    expect(
      (await runs.events(id, 0)).filter(({ type }) => type === 'cancel-requested'),
    ).toHaveLength(1)
  })

  test('of a run whose end nobody saw is no way out', async ({ db }) => {
    const runs = aRunService(db)
    const { id } = await anApplyingRun(runs, await aWorkspace(db))
    await runs.abandon('runner-1')

    await expect(runs.cancel(id, 'bob')).rejects.toThrow(/nobody saw how its apply ended/)
  })
})

describe('logs', () => {
  test('keep every piece once, in order, with its phase, and are read on from anywhere', async ({
    db,
  }) => {
    const runs = aRunService(db)
    const { id, lease } = await anApplyingRun(runs, await aWorkspace(db))
    await Promise.all(Array.from({ length: 20 }, (_, at) => runs.log(lease, `piece ${at}`)))
    const pieces = await runs.logs(id, 0)

    expect(pieces.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1))
    expect(new Set(pieces.map(({ text }) => text)).size).toBe(20)
    expect(pieces.every(({ phase }) => phase === 'apply')).toBe(true)
    expect(await runs.logs(id, 18)).toEqual(pieces.slice(18))
  })

  test('number the next piece only when the one before is kept or gone', async ({ db }) => {
    const runs = aRunService(db)
    const { id, lease } = await aPlanningRun(db)
    let second: Promise<void> | undefined
    await db
      .transaction()
      .execute(async (tx) => {
        await aRunService(tx).log(lease, 'rolled back')
        second = runs.log(lease, 'kept')
        await somebodyWaits(db)
        throw new Error('roll back')
      })
      .catch(() => undefined)
    await second

    expect(await runs.logs(id, 0)).toMatchObject([{ seq: 1, text: 'kept', phase: 'plan' }])
  })

  test('take whatever a program prints', async ({ db }) => {
    const runs = aRunService(db)
    const { id, lease } = await aPlanningRun(db)
    await runs.log(lease, 'nul \0, half \ud83d, escape \u001b[31m, "quote"')
    await runs.event(lease, 'progress', { address: 'a["\0\ud83d"]' })

    expect((await runs.logs(id, 0))[0]?.text).toBe(
      'nul \ufffd, half \ufffd, escape \u001b[31m, "quote"',
    )
    expect((await runs.events(id, 2))[0]?.data).toEqual({ address: 'a["\ufffd\ufffd"]' })
  })
})
