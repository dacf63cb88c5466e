import { describe, expect } from 'vitest'
import { aChangeService, aNewChange } from '../../../test/support/changes.ts'
import { test } from '../../../test/support/database.ts'
import { aPerson } from '../../../test/support/people.ts'
import { aPlan, aPlannedRun, aProvisionalPlan, aRunService } from '../../../test/support/runs.ts'
import { aWorkspace } from '../../../test/support/state.ts'
import { planDigest } from '../index.ts'

describe('an approval', () => {
  test('says who gave it, as they are now', async ({ db }) => {
    const runs = aRunService(db)
    const { id, digest } = await aPlannedRun(runs, await aWorkspace(db))
    const bob = await aPerson(db, 'bob', ['web', 'sre'])
    await runs.approve(id, { digest, actor: 'bob', personId: bob })
    await runs.approve(id, { digest, actor: 'Ada <ada@example.org>' })

    const [first, second] = await runs.approvals(id)

    expect(first?.person).toEqual({
      id: bob,
      name: 'bob',
      teams: ['sre', 'web'],
      isDisabled: false,
    })
    expect(second).toMatchObject({ actor: 'Ada <ada@example.org>', person: undefined })
    await db.deleteFrom('team_members').where('person_id', '=', bob).execute()
    await db.updateTable('people').set({ disabled_at: new Date() }).execute()
    expect((await runs.approvals(id))[0]?.person).toMatchObject({ teams: [], isDisabled: true })
  })

  test('is not changed by who only has the same name', async ({ db }) => {
    const runs = aRunService(db)
    const { id, digest } = await aPlannedRun(runs, await aWorkspace(db))
    const bob = await aPerson(db, 'bob')
    const approvals = async () =>
      (await runs.approvals(id)).map(({ person, overrideReason }) => [person?.name, overrideReason])

    await runs.approve(id, { digest, actor: 'bob' })
    expect(await approvals()).toEqual([[undefined, undefined]])
    await runs.approve(id, { digest, actor: 'bob', personId: bob })
    expect(await approvals()).toEqual([['bob', undefined]])
    await runs.approve(id, { digest, actor: 'bob', overrideReason: 'let it go' })
    expect(await approvals()).toEqual([['bob', undefined]])
    await runs.approve(id, { digest, actor: 'bob', personId: bob, overrideReason: 'it is empty' })
    await runs.approve(id, { digest, actor: 'bob', personId: bob })
    expect(await approvals()).toEqual([['bob', 'it is empty']])
  })

  test('that is carried over to the real plan is still of the same person', async ({ db }) => {
    const runs = aRunService(db)
    const view = await aChangeService(db).create(await aNewChange(db, { 'db@dev': [] }))
    const id = view.nodes[0]?.run?.id ?? 0
    const bob = await aPerson(db, 'bob')
    const provisional = aProvisionalPlan()
    const real = aPlan({ inputs: 'inputs-2' })
    await runs.finishPlanning(id, await runs.startPlanning(id, 'runner-1'), provisional)
    const digest = planDigest(provisional.facts)
    await runs.approve(id, { digest, actor: 'bob', personId: bob })

    await runs.finishPlanning(id, await runs.startPlanning(id, 'runner-1'), real)

    const carried = (await runs.approvals(id)).filter(
      (approval) => approval.digest === planDigest(real.facts),
    )
    expect(carried).toMatchObject([{ actor: 'bob', person: { id: bob } }])
  })
})

test('approvals of many runs are read at once', async ({ db }) => {
  const runs = aRunService(db)
  const [one, two, none] = [
    await aPlannedRun(runs, await aWorkspace(db)),
    await aPlannedRun(runs, await aWorkspace(db)),
    await aPlannedRun(runs, await aWorkspace(db)),
  ]
  await runs.approve(one.id, { digest: one.digest, actor: 'bob' })
  await runs.approve(two.id, { digest: two.digest, actor: 'bob' })
  await runs.approve(two.id, { digest: two.digest, actor: 'carol' })

  const found = await runs.approvalsOf([one.id, two.id, none.id])

  expect([one, two, none].map(({ id }) => found.get(id)?.map(({ actor }) => actor))).toEqual([
    ['bob'],
    ['bob', 'carol'],
    undefined,
  ])
  expect(await runs.approvalsOf([])).toEqual(new Map())
})
