import { sql } from 'kysely'
import { describe, expect } from 'vitest'
import { aChangeService, aNewChange, aProject, someWorkspaces } from '../../test/support/changes.ts'
import { test } from '../../test/support/database.ts'
import {
  anApplyingRun,
  aPlan,
  aPlannedRun,
  aRunService,
  aSource,
  aSummary,
  someOptions,
} from '../../test/support/runs.ts'
import { aLock, anUpload, aState } from '../../test/support/state.ts'
import type { Db } from '../platform/db/db.ts'
import { planDigest, type Run, type RunStatus } from '../runs/index.ts'
import { createStateService } from '../state/index.ts'
import type { Standing } from './standing.ts'
import { listStandings } from './standing-store.ts'

/** A workspace and how it stands when asked. */
async function open(db: Db, name = 'db@prod') {
  const projectId = await aProject(db)
  const ids = await someWorkspaces(db, projectId, [name])
  const id = ids.get(name) ?? ''
  const standing = async (): Promise<Standing> => {
    const [found] = await listStandings(db, { workspaceId: id })
    if (found === undefined) throw new Error(`${name} is not there`)
    return found
  }
  return { id, projectId, standing }
}

async function aRun(db: Db, workspaceId: string, status: RunStatus): Promise<number> {
  const run = await aRunService(db).create({
    workspaceId,
    operation: 'apply',
    actor: 'alice',
    source: aSource,
    options: someOptions,
  })
  await sql`update runs set status = ${status} where id = ${run.id}`.execute(db)
  return run.id
}

/** Plans, approves and applies a run of a change. */
async function apply(db: Db, run: Run | undefined): Promise<void> {
  if (run === undefined) throw new Error('there is no run')
  const runs = aRunService(db)
  const plan = aPlan()
  await runs.finishPlanning(run.id, await runs.startPlanning(run.id, 'runner-1'), plan)
  await runs.approve(run.id, { digest: planDigest(plan.facts), actor: 'alice' })
  const { lease } = await runs.startApplying(run.id, { owner: 'runner-1', facts: plan.facts })
  const state = aState({ serial: 1 })
  await runs.finishApplying(run.id, lease, { kind: 'applied', state })
}

describe('what is known of a workspace', () => {
  test('of which nothing is recorded', async ({ db }) => {
    const { standing, id } = await open(db)

    expect(await standing()).toMatchObject({
      workspaceId: id,
      component: 'db',
      environment: 'prod',
      declared: false,
      needs: [],
      isAtRisk: false,
    })
    const { state, lastRun, telling, lastGood, planned, appliedAt, wanted } = await standing()
    expect([state, lastRun, telling, lastGood, planned, appliedAt, wanted]).toEqual(
      Array(7).fill(undefined),
    )
  })

  test('what its change wanted, and what the manifest has now', async ({ db }) => {
    const { projectId, id, standing } = await open(db)
    const changes = aChangeService(db)
    const view = await changes.create(await aNewChange(db, { 'db@prod': [] }, { projectId }))
    await apply(db, view.nodes[0]?.run)
    await sql`update workspaces set declared = true, position = 4, kind = 'terraform',
      needs = '["vpc@prod"]', source_digest = 's', definition_digest = 'd'
      where id = ${id}`.execute(db)

    expect(await standing()).toMatchObject({
      declared: true,
      position: 4,
      kind: 'terraform',
      needs: ['vpc@prod'],
      wanted: { sourceDigest: 's', definitionDigest: 'd' },
      state: { version: 1, resources: 1 },
      written: { cause: 'apply', runId: view.nodes[0]?.run?.id },
      lastGood: {
        status: 'applied',
        changeId: view.change.id,
        sourceDigest: 'source of db',
        definitionDigest: 'definition of db@prod',
      },
      release: { commit: 'c0ffee', reason: 'a faster database', actor: 'alice' },
      telling: { status: 'applied', isChangeOpen: true, hasBegun: true },
      planned: { drifted: 0, hasBegun: true },
      appliedAt: expect.any(Date),
    })
  })

  test('the newest run is not what counts for everything', async ({ db }) => {
    const { id, standing } = await open(db)
    const drifted = aPlan({ summary: { ...aSummary, drifted: 2 } })
    const applied = await aRun(db, id, 'applied')
    const planned = await aPlannedRun(aRunService(db), id, drifted)
    const failed = await aRun(db, id, 'failed')
    const cancelled = await aRun(db, id, 'cancelled')

    expect(await standing()).toMatchObject({
      lastRun: { id: cancelled, status: 'cancelled' },
      telling: { id: failed, status: 'failed', isChangeOpen: false, hasBegun: false },
      planned: { id: planned.id, drifted: 2, hasBegun: false },
      lastGood: { id: applied, status: 'applied' },
      release: { reason: undefined, commit: 'c0ffee' },
    })
  })

  test('what is wrong with it', async ({ db }) => {
    const { id, standing } = await open(db)
    const state = createStateService(db)
    const runs = aRunService(db)
    const run = await anApplyingRun(runs, id)
    await runs.finishApplying(run.id, run.lease, {
      kind: 'unknown',
      reason: 'it was killed',
      state: undefined,
    })

    expect(await standing()).toMatchObject({ unknownRun: run.id, lock: undefined })

    const other = await open(db, 'vpc@prod')
    await state.write(other.id, anUpload(aState({ serial: 5 })))
    await state.lock(other.id, aLock('lock', { kind: 'person', actor: 'bob' }))
    const late = anUpload(aState({ serial: 4, names: ['b'] }), {
      authority: { kind: 'lock', lockId: 'lock' },
    })
    await state.write(other.id, late)
    expect(await other.standing()).toMatchObject({
      isAtRisk: true,
      atRiskSince: expect.any(Date),
      lockedBy: 'bob',
      lock: { kind: 'person', actor: 'bob', info: '', since: expect.any(Date) },
    })
  })
})

test('workspaces come in the order of the manifest, what it does not have at the end', async ({
  db,
}) => {
  const { projectId } = await open(db, 'old@prod')
  await someWorkspaces(db, projectId, ['a@prod', 'a@dev', 'b@dev'])
  await sql`update workspaces set declared = true, position = case component when 'b' then 1 else 2 end
    where component <> 'old'`.execute(db)
  await open(db, 'elsewhere@prod')
  const { name = '' } =
    (await db
      .selectFrom('projects')
      .select('name')
      .where('id', '=', projectId)
      .executeTakeFirst()) ?? {}

  const own = await listStandings(db, { project: name })

  expect(own.map((one) => `${one.component}@${one.environment}`)).toEqual([
    'b@dev',
    'a@dev',
    'a@prod',
    'old@prod',
  ])
  expect(await listStandings(db)).toHaveLength(5)
})
