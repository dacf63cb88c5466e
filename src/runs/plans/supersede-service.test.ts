import { describe, expect } from 'vitest'
import {
  aChangeService,
  aNewChange,
  aProject,
  type SomeNodes,
} from '../../../test/support/changes.ts'
import { test } from '../../../test/support/database.ts'
import { aPlan, aRunService, aSource, noChanges, someOptions } from '../../../test/support/runs.ts'
import type { ChangeView, NewChange } from '../../changes/index.ts'
import type { Db } from '../../platform/db/db.ts'
import { type PlanOutcome, planDigest, type RunStatus } from '../index.ts'

const nodes: SomeNodes = { 'vpc@dev': [], 'db@dev': ['vpc@dev'] }
const unchanged = aPlan({ summary: noChanges, changes: false })

/** Two changes over the same workspaces, and what can be done with their runs. */
async function twoChanges(db: Db, parts: Partial<Omit<NewChange, 'nodes'>> = {}) {
  const changes = aChangeService(db)
  const runs = aRunService(db)
  const projectId = await aProject(db)
  const older = await changes.create(await aNewChange(db, nodes, { projectId }))
  const newer = await changes.create(await aNewChange(db, nodes, { projectId, ...parts }))
  const runOf = (view: ChangeView, name: string) =>
    view.nodes.find((node) => node.name === name)?.run?.id ?? 0
  return {
    changes,
    runs,
    older,
    newer,
    runOf,
    plan: async (view: ChangeView, name: string, plan: PlanOutcome = aPlan()) => {
      const lease = await runs.startPlanning(runOf(view, name), 'runner-1')
      return runs.finishPlanning(runOf(view, name), lease, plan)
    },
    stands: async (view: ChangeView) => {
      const { change, nodes: now } = await changes.view(view.change.id)
      return {
        change: change.closedBecause ?? change.status,
        runs: now.map(({ run }): RunStatus | undefined => run?.status),
      }
    },
  }
}

describe('a newer change', () => {
  test('takes the place of an older one as soon as it is planned as far', async ({ db }) => {
    const { older, newer, plan, runs, runOf, stands } = await twoChanges(db)
    await plan(older, 'vpc@dev')
    await runs.wait(runOf(older, 'db@dev'), 'waits for vpc.id')

    await plan(newer, 'vpc@dev')
    expect(await stands(older)).toEqual({ change: 'open', runs: ['closed', 'waiting'] })
    expect((await runs.get(runOf(older, 'vpc@dev'))).reason).toBe(
      `superseded by run-${runOf(newer, 'vpc@dev')}`,
    )
    await runs.wait(runOf(newer, 'db@dev'), 'waits for vpc.id')
    expect(await stands(older)).toEqual({
      change: `superseded by change-${newer.change.id}`,
      runs: ['closed', 'closed'],
    })
    expect(await stands(newer)).toEqual({ change: 'open', runs: ['planned', 'waiting'] })
  })

  test('takes it where there is nothing to change any more, too', async ({ db }) => {
    const { older, newer, plan, stands } = await twoChanges(db)
    await plan(older, 'vpc@dev')
    await plan(newer, 'vpc@dev', unchanged)
    await plan(newer, 'db@dev', unchanged)
    expect(await stands(older)).toMatchObject({
      change: `superseded by change-${newer.change.id}`,
    })
  })

  test('leaves alone what is only blocked in itself', async ({ db }) => {
    const { older, newer, runs, runOf, stands } = await twoChanges(db)
    await runs.wait(runOf(newer, 'db@dev'), 'blocked by vpc@dev')
    expect(await stands(older)).toEqual({ change: 'open', runs: ['queued', 'queued'] })
  })

  test('leaves alone what somebody approved, and the change that it belongs to', async ({ db }) => {
    const { older, newer, plan, runs, runOf, stands } = await twoChanges(db)
    const outcome = aPlan()
    await plan(older, 'vpc@dev', outcome)
    const { digest } = { digest: planDigest(outcome.facts) }
    await runs.approve(runOf(older, 'vpc@dev'), { digest, actor: 'bob' })
    await plan(newer, 'vpc@dev')
    await plan(newer, 'db@dev')
    expect(await stands(older)).toEqual({ change: 'open', runs: ['planned', 'closed'] })
  })

  test('leaves alone what was approved and is waiting to be planned again', async ({ db }) => {
    const { older, newer, plan, runs, runOf, stands } = await twoChanges(db)
    const outcome = aPlan()
    await plan(older, 'vpc@dev', outcome)
    const digest = planDigest(outcome.facts)
    await runs.approve(runOf(older, 'vpc@dev'), { digest, actor: 'bob' })
    await runs.wait(runOf(older, 'vpc@dev'), 'blocked by dns@dev')
    await plan(newer, 'vpc@dev')
    expect((await stands(older)).runs).toEqual(['waiting', 'queued'])
  })

  test('leaves alone a change that is applying', async ({ db }) => {
    const { older, newer, plan, runs, runOf, stands } = await twoChanges(db)
    const outcome = aPlan()
    await plan(older, 'vpc@dev', outcome)
    const id = runOf(older, 'vpc@dev')
    await runs.approve(id, { digest: planDigest(outcome.facts), actor: 'bob' })
    await runs.startApplying(id, { owner: 'r', facts: outcome.facts })
    await plan(newer, 'db@dev')
    expect(await stands(older)).toEqual({ change: 'open', runs: ['applying', 'queued'] })
    await runs.abandon('r')
    await runs.wait(runOf(newer, 'vpc@dev'), 'waits for dns.zone')
    expect(await stands(older)).toEqual({ change: 'open', runs: ['unknown', 'queued'] })
  })

  test('leaves alone one that does something else', async ({ db }) => {
    const { older, newer, plan, stands } = await twoChanges(db, { operation: 'destroy' })
    await plan(older, 'vpc@dev')
    await plan(newer, 'vpc@dev')
    await plan(newer, 'db@dev')
    expect(await stands(older)).toEqual({ change: 'open', runs: ['planned', 'queued'] })
  })

  test('is not closed by an older one', async ({ db }) => {
    const { older, newer, plan, stands } = await twoChanges(db)
    await plan(newer, 'vpc@dev')
    await plan(older, 'db@dev')
    expect(await stands(newer)).toEqual({ change: 'open', runs: ['planned', 'queued'] })
  })

  test('takes the place although the sources lie elsewhere now', async ({ db }) => {
    const { changes, older, plan, stands } = await twoChanges(db)
    const { projectId } = older.change
    const moved = await changes.create(
      await aNewChange(db, nodes, {
        projectId,
        node: () => ({ source: { ...aSource, directory: '/srv/shop/elsewhere' } }),
      }),
    )
    await plan(older, 'vpc@dev')
    await plan(moved, 'vpc@dev')
    expect((await stands(older)).runs).toEqual(['closed', 'queued'])
  })
})

test('a run of its own takes the place of a single run, and closes no change', async ({ db }) => {
  const { runs, runOf, stands, newer } = await twoChanges(db)
  for (const { workspaceId, name } of newer.nodes) {
    const lone = await runs.create({
      workspaceId,
      operation: 'apply',
      actor: 'alice',
      source: aSource,
      options: someOptions,
    })
    const lease = await runs.startPlanning(lone.id, 'runner-1')
    await runs.finishPlanning(lone.id, lease, aPlan())
    expect((await runs.get(runOf(newer, name))).reason).toBe(`superseded by run-${lone.id}`)
  }
  expect(await stands(newer)).toEqual({ change: 'open', runs: ['closed', 'closed'] })
})
