import { type Kysely, sql } from 'kysely'
import { describe, expect } from 'vitest'
import { aChangeService, aNewChange, aProject, someWorkspaces } from '../../test/support/changes.ts'
import { test } from '../../test/support/database.ts'
import { aPullRequest } from '../../test/support/pull-requests.ts'
import {
  anApplyingRun,
  aPlan,
  aPlannedRun,
  aRunService,
  aSource,
  aSummary,
  noChanges,
  someOptions,
} from '../../test/support/runs.ts'
import { aLock, anUpload, aState } from '../../test/support/state.ts'
import type { Db } from '../platform/db/db.ts'
import type { DB } from '../platform/db/schema.gen.ts'
import { planDigest, type Run, type RunStatus } from '../runs/index.ts'
import { createStateService } from '../state/index.ts'
import { type Standing, statusOf } from './standing.ts'
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

describe('what the branch says and what is deployed', () => {
  const deployed = async (db: Db, source: string) => {
    await sql`update workspaces set declared = true, source_digest = ${source},
      definition_digest = 'definition of db@prod'`.execute(db)
  }

  /** A pull request whose change has these sources; its run. */
  async function aRequest(db: Kysely<DB>, projectId: string, number: number, source: string) {
    const id = await aPullRequest(db, projectId, number)
    const { nodes } = await aChangeService(db).create(
      await aNewChange(
        db,
        { 'db@prod': [] },
        {
          projectId,
          pullRequest: { id, number, head: 'c0ffee', base: 'ba5e' },
          node: () => ({ sourceDigest: source }),
        },
      ),
    )
    const to = (status: 'open' | 'merged' | 'closed') =>
      sql`update pull_requests set status = ${status}, ended_at = now() where id = ${id}`.execute(
        db,
      )
    return { run: nodes[0]?.run, to }
  }

  test('what a pull request applied is not merged until it is, also when it is closed', async ({
    db,
  }) => {
    const { projectId, standing } = await open(db)
    await deployed(db, 'old')
    const third = await aRequest(db, projectId, 3, 'new')
    await apply(db, third.run)

    expect(statusOf(await standing()).status).toBe('unmerged')
    expect((await standing()).appliedBy).toEqual({ number: 3, title: 'change 3', status: 'open' })
    await third.to('closed')
    expect(statusOf(await standing()).because).toMatch(/#3, which was closed without being merged/)

    await third.to('merged')
    await deployed(db, 'new')
    expect(statusOf(await standing()).status).toBe('in-sync')
  })

  test('what is merged and not applied names the pull request that planned just that', async ({
    db,
  }) => {
    const { projectId, standing } = await open(db)
    const third = await aRequest(db, projectId, 3, 'old')
    await apply(db, third.run)
    await third.to('merged')
    const fourth = await aRequest(db, projectId, 4, 'new')
    const fifth = await aRequest(db, projectId, 5, 'other')
    for (const one of [fourth, fifth]) await one.to('merged')
    await sql`update changes set status = 'done', finished_at = now()`.execute(db)
    await sql`update runs set status = 'cancelled' where status = 'queued'`.execute(db)
    await deployed(db, 'new')

    expect(statusOf(await standing())).toEqual({
      status: 'pending',
      because: expect.stringMatching(/^#4 is merged, and not applied: its sources changed since/),
    })
    expect((await standing()).mergedBy).toMatchObject({ number: 4, at: expect.any(Date) })
    await deployed(db, 'old')
    expect((await standing()).mergedBy).toBeUndefined()
  })

  test('a pull request in which there was nothing to do deployed nothing', async ({ db }) => {
    const { projectId, standing } = await open(db)
    const third = await aRequest(db, projectId, 3, 'old')
    await apply(db, third.run)
    await third.to('merged')
    await deployed(db, 'old')
    const fourth = await aRequest(db, projectId, 4, 'comments only')
    const runs = aRunService(db)
    const run = fourth.run?.id ?? 0
    const nothing = aPlan({ changes: false, summary: noChanges })
    await runs.finishPlanning(run, await runs.startPlanning(run, 'runner-1'), nothing)
    await sql`update changes set status = 'done', finished_at = now()`.execute(db)

    expect((await runs.get(run)).status).toBe('unchanged')
    expect(statusOf(await standing()).status).toBe('in-sync')
    await fourth.to('merged')
    await deployed(db, 'comments only')
    expect(statusOf(await standing()).status).toBe('in-sync')
  })
})
