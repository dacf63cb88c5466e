import { describe, expect } from 'vitest'
import { aChangeService, aNewChange } from '../../../test/support/changes.ts'
import { test } from '../../../test/support/database.ts'
import {
  aFingerprint,
  aPlan,
  aProvisionalPlan,
  aRunService,
  noChanges,
  someOptions,
} from '../../../test/support/runs.ts'
import { aWorkspace } from '../../../test/support/state.ts'
import type { Db } from '../../platform/db/db.ts'
import { createSeal } from '../../secrets/index.ts'
import { createStateService } from '../../state/index.ts'
import { createRunService, type PlannedOutputs, type PlanOutcome, planDigest } from '../index.ts'

type Planned = Extract<PlanOutcome, { kind: 'planned' }>

/** A run of a change with one workspace; what plans it, approves its plan and starts its apply. */
async function aRunOfAChange(db: Db) {
  const runs = aRunService(db)
  const view = await aChangeService(db).create(await aNewChange(db, { 'db@dev': [] }))
  const id = view.nodes[0]?.run?.id ?? 0
  return {
    id,
    runs,
    workspaceId: view.nodes[0]?.workspaceId ?? '',
    plan: async (plan: Planned) => {
      const lease = await runs.startPlanning(id, 'runner-1')
      return runs.finishPlanning(id, lease, plan)
    },
    approve: (plan: Planned, actor = 'bob') =>
      runs.approve(id, { digest: planDigest(plan.facts), actor }),
    start: (plan: Planned) => runs.startApplying(id, { owner: 'runner-1', facts: plan.facts }),
  }
}

const outputs: PlannedOutputs = {
  host: { value: 'db.internal', unknown: [], sensitive: false, changes: true },
  numbers: {
    value: [9007199254740993n, 0.5, null],
    unknown: [[2]],
    sensitive: true,
    changes: true,
  },
  map: { value: { __proto__x: 'a', b: {} }, unknown: [['b', 0]], sensitive: false, changes: false },
}

describe('a provisional plan', () => {
  test('is recorded and shown, keeps no file, and never starts an apply', async ({ db }) => {
    const { id, runs, plan, approve, start } = await aRunOfAChange(db)
    const provisional = aProvisionalPlan()

    expect(await plan(provisional)).toMatchObject({ status: 'planned' })
    expect(await runs.plan(id)).toMatchObject({
      provisional: true,
      applicable: false,
      hasFile: false,
      digest: planDigest(provisional.facts),
    })
    await approve(provisional)
    await expect(start(provisional)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('is provisional'),
    })
    expect((await runs.get(id)).status).toBe('planned')
  })

  test('is not unchanged when it changes nothing: its inputs are not real', async ({ db }) => {
    const { plan } = await aRunOfAChange(db)
    const run = await plan(aProvisionalPlan({ summary: noChanges, changes: false }))
    expect(run.status).toBe('planned')
  })

  test('is not made applicable by who reports it', async ({ db }) => {
    const { id, runs, plan } = await aRunOfAChange(db)
    await plan({ ...aProvisionalPlan(), applicable: true })
    expect(await runs.plan(id)).toMatchObject({ provisional: true, applicable: false })
  })
})

test('a plan that the tool calls incomplete is not applicable', async ({ db }) => {
  const { id, runs, plan } = await aRunOfAChange(db)
  await plan({ ...aPlan(), applicable: false })
  expect(await runs.plan(id)).toMatchObject({ provisional: false, applicable: false })
})

describe('planned outputs', () => {
  test('come back as they were, every digit', async ({ db }) => {
    const { id, runs, plan } = await aRunOfAChange(db)
    expect(await runs.plannedOutputs(id)).toBeUndefined()
    await plan(aProvisionalPlan({ outputs }))
    expect(await runs.plannedOutputs(id)).toEqual(outputs)
  })

  test('lie in no table in clear text', async ({ db }) => {
    const { id, plan } = await aRunOfAChange(db)
    await plan(aProvisionalPlan({ outputs, fingerprint: aFingerprint({ password: 'hash-1' }) }))
    const row = await db
      .selectFrom('plans')
      .selectAll()
      .where('run_id', '=', id)
      .executeTakeFirstOrThrow()
    for (const sealed of [row.sealed_outputs, row.sealed_fingerprint]) {
      expect(sealed?.length).toBeGreaterThan(10)
      expect(sealed?.includes('db.internal')).toBe(false)
      expect(sealed?.includes('hash-1')).toBe(false)
    }
  })

  test('go with the plan file', async ({ db }) => {
    const { id, runs, plan } = await aRunOfAChange(db)
    await plan(aPlan({ outputs }))
    await runs.cancel(id, 'alice')
    expect(await runs.plannedOutputs(id)).toBeUndefined()
    const row = await db.selectFrom('plans').selectAll().where('run_id', '=', id).executeTakeFirst()
    expect(row).toMatchObject({ sealed_outputs: null, sealed_fingerprint: null, sealed_file: null })
  })
})

describe('an approval', () => {
  const then = aProvisionalPlan({ fingerprint: aFingerprint({ name: 'h1' }) })
  const now = aPlan({ fingerprint: aFingerprint({ name: 'h1', host: 'h2' }), inputs: 'real' })

  test('of a provisional plan is carried to the real one that does the same', async ({ db }) => {
    const { id, runs, plan, approve, start } = await aRunOfAChange(db)
    await plan(then)
    await approve(then, 'bob')
    await approve(then, 'carol')
    await plan(now)

    const events = await runs.events(id, 0)
    const carried = events.filter(({ type }) => type === 'approval_carried')
    const digests = { from: planDigest(then.facts), digest: planDigest(now.facts) }
    expect(carried.map(({ data }) => data)).toEqual([
      { by: 'bob', ...digests },
      { by: 'carol', ...digests },
    ])
    const audit = await db
      .selectFrom('audit_log')
      .select(['actor', 'subject', 'details'])
      .where('action', '=', 'run.approval-carried')
      .orderBy('id')
      .execute()
    expect(audit).toEqual(
      ['bob', 'carol'].map((actor) => ({
        actor,
        subject: `run-${id}`,
        details: { digest: digests.digest },
      })),
    )
    expect((await start(now)).run.status).toBe('applying')
  })

  test('is carried over any number of plans, also through a time of waiting', async ({ db }) => {
    const { id, runs, plan, approve, start } = await aRunOfAChange(db)
    await plan(then)
    await approve(then)
    await plan(aProvisionalPlan({ fingerprint: aFingerprint({ name: 'h1', port: 'h3' }) }))
    await runs.wait(id, 'blocked by vpc@dev')
    expect(await runs.plan(id)).toBeUndefined()
    await runs.queueAgain([id], 'alice')
    const real = aPlan({ fingerprint: aFingerprint({ name: 'h1', port: 'h3', host: 'h2' }) })
    await plan(real)
    expect((await start(real)).run.status).toBe('applying')
  })

  test('counts for what was planned last, not for what was planned before that', async ({ db }) => {
    const { plan, approve, start } = await aRunOfAChange(db)
    await plan(then)
    await approve(then)
    await plan(aProvisionalPlan({ fingerprint: aFingerprint({ name: 'other' }) }))
    await plan(now)
    await expect(start(now)).rejects.toMatchObject({
      message: expect.stringContaining('bob approved an earlier plan of this run, not this one'),
    })
  })

  test('keeps the reason of an override', async ({ db }) => {
    const { id, runs, plan, start } = await aRunOfAChange(db)
    const summary = { ...then.summary, protected: ['terraform_data.a'] }
    await plan({ ...then, summary })
    const digest = planDigest(then.facts)
    await runs.approve(id, { digest, actor: 'bob', overrideReason: 'it is empty' })
    await plan({ ...now, summary })
    expect((await start(now)).run.status).toBe('applying')
  })

  const odd: [string, Parameters<typeof aPlan>[0]][] = [
    ['something that was known is other', { fingerprint: aFingerprint({ name: 'h9' }) }],
    ['something that was known is not known any more', { fingerprint: aFingerprint({}) }],
    [
      'another address is touched',
      {
        fingerprint: {
          salt: 'salt',
          changes: aFingerprint({ name: 'h1' }).changes.flatMap((one) => [
            one,
            { ...one, address: 'terraform_data.b' },
          ]),
        },
      },
    ],
    ['the sources are others', { source: 'source-2' }],
    ['the tool is another', { tool: 'terraform 1.12.0' }],
    ['there is another state', { state: { lineage: 'l', serial: 1 } }],
  ]
  test.for(odd)('is void when %s', async ([, parts], { db }) => {
    const { id, runs, plan, approve, start } = await aRunOfAChange(db)
    await plan(then)
    await approve(then)
    const real = aPlan({ fingerprint: aFingerprint({ name: 'h1' }), ...parts })
    await plan(real)
    expect((await runs.events(id, 0)).map(({ type }) => type)).not.toContain('approval_carried')
    await expect(start(real)).rejects.toMatchObject({
      message: expect.stringContaining('approved an earlier plan of this run, not this one'),
    })
  })

  test('is void when the state has moved', async ({ db }) => {
    const { plan, approve, start } = await aRunOfAChange(db)
    const at = (serial: number) => ({ state: { lineage: 'l', serial } })
    const before = aProvisionalPlan(at(1))
    await plan(before)
    await approve(before)
    const real = aPlan(at(2))
    await plan(real)
    await expect(start(real)).rejects.toThrow(/approved an earlier plan/)
  })

  test('is void when what was approved cannot be opened any more', async ({ db }) => {
    const { id, plan, approve, runs } = await aRunOfAChange(db)
    await plan(then)
    await approve(then)
    const other = createRunService(db, {
      state: createStateService,
      seal: createSeal(Buffer.alloc(32, 7), 'plan file'),
    })
    const lease = await other.startPlanning(id, 'runner-1')
    expect(await other.finishPlanning(id, lease, now)).toMatchObject({ status: 'planned' })
    expect((await runs.events(id, 0)).map(({ type }) => type)).not.toContain('approval_carried')
  })

  test('of a run of its own is void as soon as it is planned again', async ({ db }) => {
    const runs = aRunService(db)
    const { id } = await runs.create({
      workspaceId: await aWorkspace(db),
      operation: 'apply',
      actor: 'alice',
      source: { directory: '/srv', commit: undefined, branch: undefined, dirty: false },
      options: someOptions,
    })
    for (const plan of [now, { ...now, facts: { ...now.facts, inputs: 'other' } }]) {
      const lease = await runs.startPlanning(id, 'runner-1')
      await runs.finishPlanning(id, lease, plan)
      if (plan === now) {
        await runs.approve(id, { digest: planDigest(plan.facts), actor: 'bob' })
      } else {
        const facts = plan.facts
        await expect(runs.startApplying(id, { owner: 'r', facts })).rejects.toThrow(/earlier plan/)
      }
    }
  })
})

test('a run of a change is refused where nothing knows its change', async ({ db }) => {
  const { id, plan, approve } = await aRunOfAChange(db)
  const outcome = aPlan()
  await plan(outcome)
  await approve(outcome)
  const blind = createRunService(db, {
    state: createStateService,
    seal: createSeal(Buffer.alloc(32, 7), 'plan file'),
  })
  await expect(blind.startApplying(id, { owner: 'r', facts: outcome.facts })).rejects.toMatchObject(
    {
      code: 'conflict',
      message: expect.stringContaining('nothing here knows the change of'),
    },
  )
})
