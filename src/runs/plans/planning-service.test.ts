import { describe, expect } from 'vitest'
import { test } from '../../../test/support/database.ts'
import {
  anApplyingRun,
  anApprovedRun,
  aPlan,
  aPlannedRun,
  aRunService,
  aSource,
  aSummary,
  noChanges,
  someOptions,
} from '../../../test/support/runs.ts'
import { aWorkspace } from '../../../test/support/state.ts'
import type { Db } from '../../platform/db/db.ts'
import { planDigest } from '../index.ts'

function aNewRun(workspaceId: string) {
  return {
    workspaceId,
    operation: 'apply',
    actor: 'alice',
    source: aSource,
    options: someOptions,
  } as const
}

async function audited(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('audit_log')
    .select(['actor', 'action', 'subject'])
    .where('action', 'like', 'run.%')
    .orderBy('id')
    .execute()
  return rows.map((row) => `${row.actor} ${row.action} ${row.subject}`)
}

describe('a new run', () => {
  test('is queued, listed, live, recorded and audited', async ({ db }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const first = await runs.create(aNewRun(workspaceId))
    const second = await runs.create(aNewRun(workspaceId))

    expect(first).toMatchObject({ ...aNewRun(workspaceId), status: 'queued', reason: undefined })
    expect(await runs.get(first.id)).toEqual(first)
    expect(await runs.list(workspaceId, { limit: 1 })).toEqual([second])
    expect(await runs.list(workspaceId, { limit: 9, before: second.id })).toEqual([first])
    expect(await runs.live(workspaceId)).toEqual([first, second])
    expect(await audited(db)).toEqual([
      `alice run.create run-${first.id}`,
      `alice run.create run-${second.id}`,
    ])
  })

  test('that nobody made is not found', async ({ db }) => {
    await expect(aRunService(db).get(4711)).rejects.toMatchObject({
      code: 'not_found',
      message: 'there is no run-4711',
    })
  })
})

describe('planning', () => {
  test('is given to one runner only', async ({ db }) => {
    const runs = aRunService(db)
    const { id } = await runs.create(aNewRun(await aWorkspace(db)))
    // The first start is held open while the second one tries.
    let second: Promise<unknown> | undefined
    await db.transaction().execute(async (tx) => {
      await aRunService(tx).startPlanning(id, 'runner-1')
      second = runs.startPlanning(id, 'runner-2').catch((error: unknown) => error)
    })

    expect(await second).toMatchObject({
      code: 'conflict',
      message: `run-${id} is planning and cannot become planning`,
    })
  })

  test('keeps the plan, its digest and its summary, and seals the file', async ({ db }) => {
    const runs = aRunService(db)
    const plan = aPlan()
    const { id, run } = await aPlannedRun(runs, await aWorkspace(db), plan)
    const row = await db.selectFrom('plans').selectAll().executeTakeFirstOrThrow()

    expect(run).toMatchObject({ status: 'planned', summary: aSummary })
    expect(await runs.plan(id)).toMatchObject({
      digest: planDigest(plan.facts),
      facts: plan.facts,
      json: plan.json,
      applicable: true,
      hasFile: true,
    })
    expect(plan.file.includes('hunter22')).toBe(true)
    expect(row.sealed_file?.includes('hunter22')).toBe(false)
    expect(row.json.includes('format_version')).toBe(false)
  })

  test('without a change is unchanged; a change of an output or of drift counts', async ({
    db,
  }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const finish = async (changes: boolean, summary = noChanges) =>
      (await aPlannedRun(runs, workspaceId, aPlan({ changes, summary }))).run.status

    expect(await finish(false)).toBe('unchanged')
    expect(await finish(false, { ...noChanges, outputs: ['o'] })).toBe('planned')
    expect(await finish(true)).toBe('planned')
    const files = await db.selectFrom('plans').select('sealed_file').orderBy('run_id').execute()
    expect(files[0]?.sealed_file).toBeNull()
  })

  test('that fails says why, and that was cancelled is cancelled whatever it found', async ({
    db,
  }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const failing = await runs.create(aNewRun(workspaceId))
    const lease = await runs.startPlanning(failing.id, 'runner-1')
    expect(
      await runs.finishPlanning(failing.id, lease, { kind: 'failed', reason: 'no such provider' }),
    ).toMatchObject({ status: 'failed', reason: 'no such provider' })

    const stopped = await runs.create(aNewRun(workspaceId))
    const held = await runs.startPlanning(stopped.id, 'runner-1')
    expect(await runs.cancel(stopped.id, 'bob')).toMatchObject({
      status: 'planning',
      cancelRequestedBy: 'bob',
    })
    expect(await runs.finishPlanning(stopped.id, held, aPlan())).toMatchObject({
      status: 'cancelled',
      reason: 'cancelled by bob',
    })
    expect(await runs.plan(stopped.id)).toBeUndefined()
  })

  test('does not take a file that the facts do not name', async ({ db }) => {
    const runs = aRunService(db)
    const { id } = await runs.create(aNewRun(await aWorkspace(db)))
    const lease = await runs.startPlanning(id, 'runner-1')
    const plan = aPlan()

    await expect(
      runs.finishPlanning(id, lease, { ...plan, file: Buffer.from('another') }),
    ).rejects.toMatchObject({ code: 'invalid' })
    expect(await runs.finishPlanning(id, lease, plan)).toMatchObject({ status: 'planned' })
  })

  test('whose JSON cannot be read fails instead of being applied unseen', async ({ db }) => {
    const { run } = await aPlannedRun(aRunService(db), await aWorkspace(db), aPlan({ json: '{' }))

    expect(run).toMatchObject({
      status: 'failed',
      reason: "Terraform's plan could not be read: it is not JSON",
    })
  })

  test('that ended with errors is kept but cannot be applied', async ({ db }) => {
    const runs = aRunService(db)
    const json = '{"format_version":"1.2","applyable":false,"errored":true}'
    const { id, facts } = await anApprovedRun(runs, await aWorkspace(db), aPlan({ json }))
    const unmet = (await runs.requirements(id, facts)).filter(({ met }) => !met)

    expect(unmet.map(({ name }) => name)).toEqual(['applicable'])
    await expect(runs.startApplying(id, { owner: 'r', facts })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test('reported twice is recorded once', async ({ db }) => {
    const runs = aRunService(db)
    const { id } = await runs.create(aNewRun(await aWorkspace(db)))
    const lease = await runs.startPlanning(id, 'runner-1')
    const first = await runs.finishPlanning(id, lease, aPlan())

    expect(await runs.finishPlanning(id, lease, aPlan())).toEqual(first)
  })

  test('again takes the plan and its approval away', async ({ db }) => {
    const runs = aRunService(db)
    const { id, facts, digest } = await anApprovedRun(runs, await aWorkspace(db))
    const lease = await runs.startPlanning(id, 'runner-1')

    expect(await runs.plan(id)).toBeUndefined()
    await expect(runs.approve(id, { digest, actor: 'bob' })).rejects.toThrow(/is planning/)
    const again = aPlan()
    await runs.finishPlanning(id, lease, again)
    await expect(runs.startApplying(id, { owner: 'r', facts: again.facts })).rejects.toThrow(
      /alice approved an earlier plan of this run, not this one/,
    )
    await expect(runs.startApplying(id, { owner: 'r', facts })).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(runs.approve(id, { digest, actor: 'bob' })).rejects.toThrow(/planned again/)
  })
})

describe('a newer plan', () => {
  test('closes older runs that wait with the same question, with their plan files', async ({
    db,
  }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const queued = await runs.create(aNewRun(workspaceId))
    const planned = await aPlannedRun(runs, workspaceId)
    const newer = await aPlannedRun(runs, workspaceId)
    const reason = `superseded by run-${newer.id}`

    expect(await runs.get(queued.id)).toMatchObject({
      status: 'closed',
      reason: `superseded by run-${planned.id}`,
    })
    expect(await runs.get(planned.id)).toMatchObject({ status: 'closed', reason })
    expect(await runs.plan(planned.id)).toMatchObject({ hasFile: false })
    expect(await runs.live(workspaceId)).toMatchObject([{ id: newer.id }])
  })

  test('leaves alone what was approved, applies, asks something else or is of another workspace', async ({
    db,
  }) => {
    const runs = aRunService(db)
    const workspaceId = await aWorkspace(db)
    const elsewhere = await runs.create(aNewRun(await aWorkspace(db)))
    const others = [
      await runs.create({ ...aNewRun(workspaceId), operation: 'destroy' }),
      await runs.create({ ...aNewRun(workspaceId), options: { ...someOptions, targets: ['a.b'] } }),
    ]
    const applying = await anApplyingRun(runs, workspaceId)
    const approved = await anApprovedRun(runs, workspaceId)
    await aPlannedRun(runs, workspaceId)
    const statusOf = async (run: { id: number }) => (await runs.get(run.id)).status

    expect(await statusOf(applying)).toBe('applying')
    expect(await statusOf(approved)).toBe('planned')
    expect(await Promise.all([...others, elsewhere].map(statusOf))).toEqual([
      'queued',
      'queued',
      'queued',
    ])
  })
})

describe('an approval', () => {
  test('is for the plan that the person saw, and audited', async ({ db }) => {
    const runs = aRunService(db)
    const { id, digest } = await aPlannedRun(runs, await aWorkspace(db))

    await expect(runs.approve(id, { digest: 'ab'.repeat(32), actor: 'bob' })).rejects.toMatchObject(
      {
        code: 'conflict',
        details: { digest },
      },
    )
    await runs.approve(id, { digest, actor: 'bob' })
    await runs.approve(id, { digest, actor: 'carol', overrideReason: 'it is empty' })
    expect((await audited(db)).slice(1)).toEqual([
      `bob run.approve run-${id}`,
      `carol run.override run-${id}`,
    ])
  })

  test('waits for a new plan that is being recorded, and is refused then', async ({ db }) => {
    const runs = aRunService(db)
    const { id, digest } = await aPlannedRun(runs, await aWorkspace(db))
    let approval: Promise<unknown> | undefined
    await db.transaction().execute(async (tx) => {
      const inside = aRunService(tx)
      const lease = await inside.startPlanning(id, 'runner-1')
      approval = runs.approve(id, { digest, actor: 'bob' }).catch((error: unknown) => error)
      await inside.finishPlanning(id, lease, aPlan())
    })

    expect(await approval).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('planned again since you looked'),
    })
  })

  test('of a run that is not planned is refused', async ({ db }) => {
    const runs = aRunService(db)
    const { id } = await runs.create(aNewRun(await aWorkspace(db)))

    await expect(runs.approve(id, { digest: 'ab'.repeat(32), actor: 'bob' })).rejects.toThrow(
      `run-${id} is queued: there is no plan to approve`,
    )
  })
})
