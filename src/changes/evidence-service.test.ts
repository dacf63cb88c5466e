import { describe, expect } from 'vitest'
import {
  aChangeService,
  aGate,
  aNewChange,
  anEnvironment,
  aProject,
  type SomeNodes,
} from '../../test/support/changes.ts'
import { test } from '../../test/support/database.ts'
import { aPullRequest } from '../../test/support/pull-requests.ts'
import { aPlan, aRunService, aSource, noChanges, someOptions } from '../../test/support/runs.ts'
import { aState } from '../../test/support/state.ts'
import type { Db } from '../platform/db/db.ts'
import { planDigest, type Run } from '../runs/index.ts'
import { createStateService } from '../state/index.ts'
import { type ChangeView, changesOfRuns, listOpenPlans } from './index.ts'

const promotion = [anEnvironment('dev'), anEnvironment('prod', { order: 1, after: 'dev' })]
const both: SomeNodes = { 'db@dev': [], 'db@prod': [] }

function runOf(view: ChangeView, name: string): Run {
  const run = view.nodes.find((node) => node.name === name)?.run
  if (run === undefined) throw new Error(`${name} has no run`)
  return run
}

async function evidence(db: Db, view: ChangeView, name: string) {
  const found = await changesOfRuns.evidence(db, runOf(view, name))
  if (found === undefined) throw new Error(`nothing is known of ${name}`)
  return found
}

/** Plans, approves and applies a run; it may end otherwise. */
async function apply(db: Db, { id, workspaceId }: Run, end: 'applied' | 'failed' = 'applied') {
  const runs = aRunService(db)
  const current = await createStateService(db).current(workspaceId)
  const outcome = aPlan({
    state: current && { lineage: current.lineage, serial: current.serial },
  })
  await runs.finishPlanning(id, await runs.startPlanning(id, 'runner-1'), outcome)
  await runs.approve(id, { digest: planDigest(outcome.facts), actor: 'alice' })
  const { lease } = await runs.startApplying(id, { owner: 'runner-1', facts: outcome.facts })
  const state = aState({ serial: (current?.serial ?? 0) + 1 })
  return runs.finishApplying(
    id,
    lease,
    end === 'applied' ? { kind: 'applied', state } : { kind: 'failed', reason: 'no quota', state },
  )
}

describe('a run of a change is told', () => {
  test('its gate, and whether its change is open', async ({ db }) => {
    const changes = aChangeService(db)
    const gate = { ...aGate, approvals: 2, from: ['team/sre'], destroy: 'deny' as const }
    const environments = [anEnvironment('dev'), anEnvironment('prod', { order: 1, gate })]
    const view = await changes.create(await aNewChange(db, both, { environments }))

    expect(await evidence(db, view, 'db@prod')).toEqual({
      name: `change-${view.change.id}`,
      isOpen: true,
      author: 'alice',
      isAuthorKnown: true,
      closedBecause: undefined,
      environment: 'prod',
      gate,
      window: undefined,
      promotion: { after: undefined, missing: [] },
      upstreams: [],
    })
    expect((await evidence(db, view, 'db@dev')).gate).toBeUndefined()
    await changes.cancel(view.change.id, 'bob')
    expect(await evidence(db, view, 'db@prod')).toMatchObject({
      isOpen: false,
      closedBecause: 'cancelled by bob',
    })
  })

  test('whether who made it is somebody here, and the inbox knows it too', async ({ db }) => {
    const changes = aChangeService(db)
    const projectId = await aProject(db)
    const id = await aPullRequest(db, projectId, 3)
    const pullRequest = { id, number: 3, head: 'c0ffee', base: 'beef' }
    const made = async (actor: string, parts: object) =>
      changes.create(await aNewChange(db, both, { projectId, actor, ...parts }))
    const views = [
      await made('github.com/alice', { pullRequest }),
      await made('alice', { pullRequest }),
      // The name that git gives to who is at this machine.
      await made('Ops <ops@example.org/team>', {}),
    ]
    const known = [false, true, true]

    const found = await Promise.all(views.map((view) => evidence(db, view, 'db@prod')))
    expect(found.map(({ isAuthorKnown }) => isAuthorKnown)).toEqual(known)
    const plans = await listOpenPlans(
      db,
      views.map(({ change }) => change.id),
    )
    const inProd = plans.filter(({ environment }) => environment === 'prod')
    expect(inProd.map(({ isAuthorKnown }) => isAuthorKnown)).toEqual(known)
  })

  test('whether its window is open, by the clock of the database', async ({ db }) => {
    const changes = aChangeService(db)
    const today = new Date().getUTCDay()
    const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
    const [other, always] = [`${days[(today + 3) % 7]} 09:00-16:00 UTC`, '00:00-24:00 UTC']
    const environments = [
      anEnvironment('dev', { gate: { ...aGate, window: always } }),
      anEnvironment('prod', { order: 1, gate: { ...aGate, window: other } }),
    ]
    const view = await changes.create(await aNewChange(db, both, { environments }))

    expect((await evidence(db, view, 'db@dev')).window).toMatchObject({
      text: always,
      isOpen: true,
    })
    const { window } = await evidence(db, view, 'db@prod')
    expect(window).toMatchObject({ text: other, isOpen: false })
    expect(window?.opens.getUTCHours()).toBe(9)
    expect(window?.opens.getUTCDay()).toBe((today + 3) % 7)
  })

  test('where everything stands that it needs, of this change', async ({ db }) => {
    const changes = aChangeService(db)
    const runs = aRunService(db)
    const view = await changes.create(
      await aNewChange(db, {
        'vpc@dev': [],
        'dns@dev': [],
        'off@dev': [],
        'api@dev': ['vpc@dev', 'dns@dev', 'off@dev', 'elsewhere@dev'],
        'web@dev': [],
      }),
    )
    await apply(db, runOf(view, 'vpc@dev'))
    await runs.skip(runOf(view, 'off@dev').id, 'not here')
    await runs.wait(runOf(view, 'dns@dev').id, 'blocked by vpc@dev')

    const { upstreams } = await evidence(db, view, 'api@dev')
    expect(new Set(upstreams)).toEqual(
      new Set([
        { name: 'vpc@dev', standing: 'applied', isSettled: true },
        { name: 'off@dev', standing: 'skipped', isSettled: true },
        { name: 'dns@dev', standing: 'blocked', isSettled: false },
      ]),
    )
  })

  test('the newest run of what it needs, not an older one', async ({ db }) => {
    const changes = aChangeService(db)
    const view = await changes.create(
      await aNewChange(db, { 'vpc@dev': [], 'db@dev': ['vpc@dev'] }),
    )
    await apply(db, runOf(view, 'vpc@dev'), 'failed')
    expect((await evidence(db, view, 'db@dev')).upstreams).toMatchObject([{ standing: 'failed' }])
    const again = await changes.restart(view.change.id, { actor: 'alice' })
    expect((await evidence(db, view, 'db@dev')).upstreams).toMatchObject([{ standing: 'pending' }])
    await apply(db, runOf(again, 'vpc@dev'))
    expect((await evidence(db, view, 'db@dev')).upstreams).toMatchObject([{ isSettled: true }])
  })
})

describe('what could not be found out', () => {
  test('is refused: a window that cannot be read', async ({ db }) => {
    const view = await aChangeService(db).create(
      await aNewChange(db, both, {
        environments: [
          anEnvironment('dev', { gate: { ...aGate, window: 'whenever' } }),
          anEnvironment('prod', { order: 1 }),
        ],
      }),
    )
    await expect(apply(db, runOf(view, 'db@dev'))).rejects.toMatchObject({
      message: expect.stringContaining('the window of dev cannot be read: whenever'),
    })
  })

  test('is refused: an environment that is not recorded', async ({ db }) => {
    const view = await aChangeService(db).create(
      await aNewChange(db, both, { environments: [anEnvironment('prod')] }),
    )
    await expect(apply(db, runOf(view, 'db@dev'))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('its change is not recorded'),
    })
  })
})

describe('what goes from one environment to the next', () => {
  test('waits in a change for the environment before', async ({ db }) => {
    const view = await aChangeService(db).create(
      await aNewChange(db, both, { environments: promotion, node: () => ({ promoted: true }) }),
    )
    await expect(apply(db, runOf(view, 'db@prod'))).rejects.toMatchObject({
      message: expect.stringContaining('prod comes after dev: db@dev is pending'),
      next: 'Apply it there first: portolan apply -e dev',
    })
    await apply(db, runOf(view, 'db@dev'))
    expect((await evidence(db, view, 'db@prod')).promotion).toEqual({ after: 'dev', missing: [] })
    expect((await evidence(db, view, 'db@dev')).promotion.after).toBeUndefined()
  })

  test('may come from an earlier change with the same sources, and no others', async ({ db }) => {
    const changes = aChangeService(db)
    const projectId = await aProject(db)
    const release = async (nodes: SomeNodes, sourceDigest: string) =>
      changes.create(
        await aNewChange(db, nodes, {
          projectId,
          environments: promotion,
          node: () => ({ promoted: true, sourceDigest }),
        }),
      )
    const missing = async (sourceDigest: string) => {
      const view = await release({ 'db@prod': [] }, sourceDigest)
      return (await evidence(db, view, 'db@prod')).promotion.missing
    }
    expect(await missing('s1')).toEqual(['db@dev was never applied'])

    const first = await apply(db, runOf(await release({ 'db@dev': [] }, 's1'), 'db@dev'))
    expect(await missing('s1')).toEqual([])
    expect(await missing('s2')).toEqual([
      `db@dev was last applied from other sources (run-${first.id})`,
    ])

    // What was only planned there, or failed before it was applied, changed nothing.
    await release({ 'db@dev': [] }, 's2')
    expect(await missing('s1')).toEqual([])
    const second = runOf(await release({ 'db@dev': [] }, 's2'), 'db@dev')
    await apply(db, second, 'failed')
    expect(await missing('s1')).toEqual([`db@dev is failed (run-${second.id})`])
    const runs = aRunService(db)
    const third = runOf(await release({ 'db@dev': [] }, 's2'), 'db@dev')
    const lease = await runs.startPlanning(third.id, 'r')
    await runs.finishPlanning(third.id, lease, aPlan({ summary: noChanges, changes: false }))
    expect(await missing('s2')).toEqual([])
  })

  test('is not what somebody applied there by itself', async ({ db }) => {
    const changes = aChangeService(db)
    const runs = aRunService(db)
    const projectId = await aProject(db)
    const parts = {
      projectId,
      environments: promotion,
      node: () => ({ promoted: true, sourceDigest: 's1' }),
    }
    const dev = await changes.create(await aNewChange(db, { 'db@dev': [] }, parts))
    await apply(db, runOf(dev, 'db@dev'))
    const lone = async () =>
      runs.create({
        workspaceId: runOf(dev, 'db@dev').workspaceId,
        operation: 'apply',
        actor: 'alice',
        source: aSource,
        options: someOptions,
      })
    const view = await changes.create(await aNewChange(db, { 'db@prod': [] }, parts))
    const missing = async () => (await evidence(db, view, 'db@prod')).promotion.missing

    const looked = await lone()
    const lease = await runs.startPlanning(looked.id, 'r')
    await runs.finishPlanning(looked.id, lease, aPlan({ summary: noChanges, changes: false }))
    expect(await missing()).toEqual([])
    const applied = await apply(db, await lone())
    expect(await missing()).toEqual([
      `db@dev was last applied from other sources (run-${applied.id})`,
    ])
  })

  test('does not matter to what is destroyed', async ({ db }) => {
    const view = await aChangeService(db).create(
      await aNewChange(db, both, {
        operation: 'destroy',
        environments: promotion,
        node: () => ({ promoted: true }),
      }),
    )
    expect((await evidence(db, view, 'db@prod')).promotion).toEqual({
      after: undefined,
      missing: [],
    })
  })
})
