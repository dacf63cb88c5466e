import { sql } from 'kysely'
import { describe, expect } from 'vitest'
import { test } from '../../../test/support/database.ts'
import {
  anApplyingRun,
  anApprovedRun,
  aPlan,
  aPlannedRun,
  aRunService,
  aSummary,
  somebodyWaits,
} from '../../../test/support/runs.ts'
import { aLineage, aLock, anUpload, aState, aWorkspace } from '../../../test/support/state.ts'
import { createStateService } from '../../state/index.ts'

describe('starting an apply', () => {
  test('locks the workspace readably, hands out the approved file, and is recorded', async ({
    db,
  }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const { id, file, run, lease, planFile, lock } = await anApplyingRun(runs, workspaceId)

    expect(planFile).toEqual(file)
    expect(run).toMatchObject({ status: 'applying', applyingAt: expect.any(Date) })
    expect(lock).toMatchObject({ kind: 'run', runId: id, actor: 'alice', fence: lease.fence })
    expect(lock.id).toMatch(new RegExp(`^run-${id} by alice, applying since \\d\\d:\\d\\d UTC$`))
    expect(await createStateService(db).heldLock(workspaceId)).toEqual(lock)
    expect(
      (await runs.events(id, 0)).map(({ seq, type, data }) => [seq, type, data['to']]),
    ).toEqual([
      [1, 'created', undefined],
      [2, 'status', 'planning'],
      [3, 'status', 'planned'],
      [4, 'approved', undefined],
      [5, 'status', 'applying'],
    ])
    expect(await runs.events(id, 4)).toHaveLength(1)
  })

  test('two at once: the second waits for the first to be durable, and is refused by name', async ({
    db,
  }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const first = await anApprovedRun(runs, workspaceId)
    const second = await anApprovedRun(runs, workspaceId)
    let loser: Promise<unknown> | undefined
    await db.transaction().execute(async (tx) => {
      await aRunService(tx).startApplying(first.id, { owner: 'runner-1', facts: first.facts })
      loser = runs
        .startApplying(second.id, { owner: 'runner-2', facts: second.facts })
        .catch((error: unknown) => error)
      await somebodyWaits(db)
    })

    expect(await loser).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`run-${first.id} by alice is applying`),
    })
    expect((await runs.get(second.id)).status).toBe('planned')
  })

  test('the same run twice at once starts once', async ({ db }) => {
    const runs = aRunService(db)
    const { id, facts } = await anApprovedRun(runs, await aWorkspace(db))
    let loser: Promise<unknown> | undefined
    await db.transaction().execute(async (tx) => {
      await aRunService(tx).startApplying(id, { owner: 'runner-1', facts })
      loser = runs.startApplying(id, { owner: 'runner-2', facts }).catch((error: unknown) => error)
      await somebodyWaits(db)
    })

    expect(await loser).toMatchObject({ code: 'conflict' })
    expect((await runs.events(id, 0)).filter(({ data }) => data['to'] === 'applying')).toHaveLength(
      1,
    )
  })

  test('sees a state that is written while it waits', async ({ db }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const { id, facts } = await anApprovedRun(runs, workspaceId)
    let loser: Promise<unknown> | undefined
    await db.transaction().execute(async (tx) => {
      await createStateService(tx).write(workspaceId, anUpload(aState({ serial: 1 })))
      loser = runs.startApplying(id, { owner: 'runner-1', facts }).catch((error: unknown) => error)
      await somebodyWaits(db)
    })

    expect(await loser).toMatchObject({
      message: `run-${id} may not be applied: a state (serial 1) appeared since the plan was made`,
    })
  })

  test('needs the approval of this plan', async ({ db }) => {
    const runs = aRunService(db)
    const { id, facts } = await aPlannedRun(runs, await aWorkspace(db))

    await expect(runs.startApplying(id, { owner: 'r', facts })).rejects.toMatchObject({
      code: 'conflict',
      message: `run-${id} may not be applied: nobody approved this plan`,
      next: `Look at the plan of run-${id} and approve it.`,
    })
  })

  test('is refused while somebody holds the lock, with the lock', async ({ db }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const { id, facts } = await anApprovedRun(runs, workspaceId)
    const lock = await createStateService(db).lock(workspaceId, aLock('by hand', { actor: 'dave' }))

    await expect(runs.startApplying(id, { owner: 'r', facts })).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining('the workspace is locked: dave since'),
      details: { lock },
    })
    expect((await runs.get(id)).status).toBe('planned')
  })

  test('is refused when the state moved, by serials', async ({ db }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const state = createStateService(db)
    await state.write(workspaceId, anUpload(aState({ serial: 4 })))
    const plan = aPlan({ state: { lineage: aLineage, serial: 4 } })
    const { id, facts } = await anApprovedRun(runs, workspaceId, plan)
    await state.write(workspaceId, anUpload(aState({ serial: 5 })))
    const now = { ...facts, state: { lineage: aLineage, serial: 5 } }

    expect((await runs.requirements(id, now)).filter(({ met }) => !met)).toEqual([
      {
        name: 'not-stale',
        met: false,
        sentence: 'the state moved from serial 4 to 5 since the plan was made',
      },
    ])
    await expect(runs.startApplying(id, { owner: 'r', facts: now })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test('of a protected resource needs an override by somebody else', async ({ db }) => {
    const workspaceId = await aWorkspace(db)
    const runs = aRunService(db)
    const summary = { ...aSummary, protected: ['aws_db_instance.main'] }
    const { id, facts, digest } = await anApprovedRun(runs, workspaceId, aPlan({ summary }))

    await expect(runs.startApplying(id, { owner: 'r', facts })).rejects.toThrow(/must override/)
    await runs.approve(id, { digest, actor: 'alice', overrideReason: 'I am sure' })
    await expect(runs.startApplying(id, { owner: 'r', facts })).rejects.toThrow(/must override/)
    expect(
      (await aRunService(db, { selfOverride: true }).requirements(id, facts)).every(
        ({ met }) => met,
      ),
    ).toBe(true)
    await runs.approve(id, { digest, actor: 'bob', overrideReason: 'it is empty' })
    // Approving once more without a reason takes the override not away.
    await runs.approve(id, { digest, actor: 'bob' })
    await expect(runs.startApplying(id, { owner: 'r', facts })).resolves.toMatchObject({
      run: { status: 'applying' },
    })
  })

  test('does not apply a plan file that was altered in the database', async ({ db }) => {
    const runs = aRunService(db)
    const { id, facts } = await anApprovedRun(runs, await aWorkspace(db))
    await sql`update plans set sealed_file = set_byte(sealed_file, 20, (get_byte(sealed_file, 20) + 1) % 256)`.execute(
      db,
    )

    await expect(runs.startApplying(id, { owner: 'r', facts })).rejects.toThrow(/cannot be opened/)
    expect((await runs.get(id)).status).toBe('planned')
    expect(await createStateService(db).heldLock((await runs.get(id)).workspaceId)).toBeUndefined()
  })

  test('does not apply the sealed plan file of another run', async ({ db }) => {
    const runs = aRunService(db)
    const other = await aPlannedRun(runs, await aWorkspace(db))
    const { id, facts } = await anApprovedRun(runs, await aWorkspace(db))
    await sql`update plans set sealed_file = (select sealed_file from plans where run_id = ${other.id}) where run_id = ${id}`.execute(
      db,
    )

    await expect(runs.startApplying(id, { owner: 'r', facts })).rejects.toThrow(
      /is not the approved one/,
    )
  })
})

describe('finishing an apply', () => {
  test('records the state, deletes the plan file and releases the lock', async ({ db }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const { id, lease } = await anApplyingRun(runs, workspaceId)
    await runs.liveState(lease, aState({ serial: 1, names: [] }))
    const bytes = aState({ serial: 3 })
    const run = await runs.finishApplying(id, lease, { kind: 'applied', state: bytes })
    const state = createStateService(db)

    expect(run).toMatchObject({ status: 'applied', finishedAt: expect.any(Date) })
    expect(await state.currentBytes(workspaceId)).toMatchObject({
      bytes,
      version: { serial: 3, cause: 'apply', runId: id, actor: 'alice' },
    })
    expect(await state.heldLock(workspaceId)).toBeUndefined()
    expect(await runs.plan(id)).toMatchObject({ hasFile: false })
    expect(await db.selectFrom('live_states').selectAll().execute()).toEqual([])
    expect(await runs.live(workspaceId)).toEqual([])
  })

  test('that failed or was cancelled records what it did all the same', async ({ db }) => {
    const runs = aRunService(db)
    for (const kind of ['failed', 'cancelled'] as const) {
      const workspaceId = await aWorkspace(db)
      const { id, lease } = await anApplyingRun(runs, workspaceId)
      await runs.cancel(id, 'bob')
      const outcome = { kind, reason: 'the disk is full', state: aState({ serial: 1 }) }
      expect(await runs.finishApplying(id, lease, outcome)).toMatchObject({
        status: kind,
        reason: kind === 'failed' ? 'the disk is full' : 'cancelled by bob while it was applying',
      })
      expect(await createStateService(db).current(workspaceId)).toMatchObject({ serial: 1 })
      expect(await createStateService(db).heldLock(workspaceId)).toBeUndefined()
    }
  })

  test('without a state takes the last one that was seen', async ({ db }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const { id, lease } = await anApplyingRun(runs, workspaceId)
    const seen = aState({ serial: 2 })
    await runs.liveState(lease, seen)
    await runs.finishApplying(id, lease, { kind: 'failed', reason: 'x', state: undefined })

    expect(await createStateService(db).currentBytes(workspaceId)).toMatchObject({ bytes: seen })
  })

  test('without any state at all is possible', async ({ db }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const { id, lease } = await anApplyingRun(runs, workspaceId)

    expect(
      await runs.finishApplying(id, lease, { kind: 'failed', reason: 'x', state: undefined }),
    ).toMatchObject({ status: 'failed' })
    expect(await createStateService(db).heldLock(workspaceId)).toBeUndefined()
  })

  test('reported twice is recorded once', async ({ db }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const { id, lease } = await anApplyingRun(runs, workspaceId)
    const outcome = { kind: 'applied', state: aState({ serial: 1 }) } as const
    const first = await runs.finishApplying(id, lease, outcome)

    expect(await runs.finishApplying(id, lease, outcome)).toEqual(first)
    expect(await createStateService(db).quarantined(workspaceId)).toEqual([])
  })

  test('with a state that is rejected is unknown: lock and bytes stay', async ({ db }) => {
    const runs = aRunService(db)
    const state = createStateService(db)
    for (const bad of [aState({ serial: 1, lineage: 'another' }), Buffer.from('{"version":4')]) {
      const workspaceId = await aWorkspace(db)
      await state.write(workspaceId, anUpload(aState({ serial: 1 })))
      const plan = aPlan({ state: { lineage: aLineage, serial: 1 } })
      const { id, lease, lock } = await anApplyingRun(runs, workspaceId, plan)
      const run = await runs.finishApplying(id, lease, { kind: 'applied', state: bad })

      expect(run).toMatchObject({ status: 'unknown' })
      expect(run.reason).toMatch(
        /^Terraform ended, but its state was rejected and is in quarantine/,
      )
      expect(await state.heldLock(workspaceId)).toEqual(lock)
      const atRisk = await state.atRisk(workspaceId)
      expect(atRisk && (await state.quarantinedBytes(atRisk.id))).toEqual(bad)
    }
  })

  test('with a state older than the one seen before is unknown', async ({ db }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const { id, lease } = await anApplyingRun(runs, workspaceId)
    await runs.liveState(lease, aState({ serial: 7 }))

    expect(
      (await runs.finishApplying(id, lease, { kind: 'applied', state: aState({ serial: 5 }) }))
        .reason,
    ).toMatch(/\(serial 5\) is older than .* \(serial 7\)/)
    expect(await createStateService(db).current(workspaceId)).toBeUndefined()
  })

  test('that nobody saw is unknown and keeps what was seen', async ({ db }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const { id, lease, lock } = await anApplyingRun(runs, workspaceId)
    const outcome = {
      kind: 'unknown',
      reason: 'killed by force',
      state: aState({ serial: 6 }),
    } as const

    expect(await runs.finishApplying(id, lease, outcome)).toMatchObject({
      status: 'unknown',
      reason:
        'killed by force; what was last seen of its state (serial 6) is kept, and the workspace stays locked until a person decides: portolan state rescue',
    })
    expect(await createStateService(db).heldLock(workspaceId)).toEqual(lock)
    expect(await createStateService(db).current(workspaceId)).toBeUndefined()
  })

  test('whose lock was taken away is unknown, and its state is in quarantine', async ({ db }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const state = createStateService(db)
    const { id, lease } = await anApplyingRun(runs, workspaceId)
    await state.forceUnlock(workspaceId, { actor: 'bob', reason: 'in a hurry' })
    await state.lock(workspaceId, aLock('another', { actor: 'carol' }))

    expect(
      await runs.finishApplying(id, lease, { kind: 'applied', state: aState({ serial: 1 }) }),
    ).toMatchObject({ status: 'unknown' })
    expect(await state.quarantined(workspaceId)).toMatchObject([{ code: 'fence', runId: id }])
    expect(await state.heldLock(workspaceId)).toMatchObject({ id: 'another' })
  })

  test('closes older plans, which were made from a state that is gone', async ({ db }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const older = await anApprovedRun(runs, workspaceId)
    const { id, lease } = await anApplyingRun(runs, workspaceId)
    const newer = await anApprovedRun(runs, workspaceId)
    await runs.finishApplying(id, lease, { kind: 'applied', state: aState({ serial: 3 }) })

    expect(await runs.get(older.id)).toMatchObject({
      status: 'closed',
      reason: `superseded by run-${id}, which moved the state to serial 3`,
    })
    expect((await runs.get(newer.id)).status).toBe('planned')
  })

  test('tells how long the next one may take: the median of the last five', async ({ db }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    expect(await runs.expectedSeconds(workspaceId, 'apply')).toBeUndefined()
    for (const seconds of [1000, 1000, 5, 90, 10, 20, 30]) {
      const { id, lease } = await anApplyingRun(runs, workspaceId)
      await runs.finishApplying(id, lease, { kind: 'applied', state: undefined })
      await sql`update runs set applying_at = finished_at - make_interval(secs => ${seconds}) where id = ${id}`.execute(
        db,
      )
    }

    expect(await runs.expectedSeconds(workspaceId, 'apply')).toBe(20)
    expect(await runs.expectedSeconds(workspaceId, 'destroy')).toBeUndefined()
  })
})
