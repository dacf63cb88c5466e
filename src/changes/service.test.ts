import { sql } from 'kysely'
import { describe, expect } from 'vitest'
import {
  aChangeService,
  aNewChange,
  anEnvironment,
  aProject,
  someWorkspaces,
} from '../../test/support/changes.ts'
import { test } from '../../test/support/database.ts'
import { aPullRequest } from '../../test/support/pull-requests.ts'
import { aPlan, aRunService, aSource, noChanges, somebodyWaits } from '../../test/support/runs.ts'
import { anUpload, aState } from '../../test/support/state.ts'
import type { Db } from '../platform/db/db.ts'
import { planDigest } from '../runs/index.ts'
import { createStateService } from '../state/index.ts'
import { type ChangeView, changesOfRuns } from './index.ts'

const chain = { 'network@dev': [], 'db@dev': ['network@dev'], 'api@dev': ['db@dev'] }

function nodeOf(view: ChangeView, name: string) {
  const node = view.nodes.find((each) => each.name === name)
  if (node?.run === undefined) throw new Error(`${name} has no run`)
  return { ...node, run: node.run }
}

function resultsOf(view: ChangeView) {
  return Object.fromEntries(view.nodes.map(({ name, result }) => [name, result]))
}

/** Plans a node: what its current run becomes. */
async function plan(db: Db, view: ChangeView, name: string, outcome = aPlan()) {
  const runs = aRunService(db)
  const { id } = nodeOf(view, name).run
  const lease = await runs.startPlanning(id, 'runner-1')
  return runs.finishPlanning(id, lease, outcome)
}

/** Plans, approves and applies a node. */
async function apply(
  db: Db,
  view: ChangeView,
  name: string,
  end: 'applied' | 'failed' = 'applied',
) {
  const runs = aRunService(db)
  const outcome = aPlan()
  const run = await plan(db, view, name, outcome)
  await runs.approve(run.id, { digest: planDigest(outcome.facts), actor: 'alice' })
  const { lease } = await runs.startApplying(run.id, { owner: 'runner-1', facts: outcome.facts })
  const state = aState({ serial: 1 })
  return runs.finishApplying(
    run.id,
    lease,
    end === 'applied' ? { kind: 'applied', state } : { kind: 'failed', reason: 'no quota', state },
  )
}

describe('a new change', () => {
  test('has a run for each workspace, in dependency order whatever the order given', async ({
    db,
  }) => {
    const changes = aChangeService(db)
    const reversed = Object.fromEntries(Object.entries(chain).reverse())
    const input = await aNewChange(db, reversed, {
      options: { selection: '-e dev', set: { replicas: '2' }, force: true },
    })
    const view = await changes.create(input)

    expect(view.change).toMatchObject({
      projectId: input.projectId,
      operation: 'apply',
      status: 'open',
      closedBecause: undefined,
      reason: 'a faster database',
      actor: 'alice',
      source: input.source,
      options: input.options,
      finishedAt: undefined,
    })
    expect(view.environments).toEqual(input.environments)
    expect(view.nodes.map(({ name }) => name)).toEqual(Object.keys(chain))
    expect(nodeOf(view, 'db@dev')).toMatchObject({
      component: 'db',
      environment: 'dev',
      kind: 'terraform',
      reasons: ['selected'],
      needs: [{ name: 'network@dev', outputs: [] }],
      skipped: undefined,
      sourceDigest: 'source of db',
      definitionDigest: 'definition of db@dev',
      result: 'pending',
      run: { status: 'queued', changeId: view.change.id, actor: 'alice', source: aSource },
    })
    expect(await changes.view(view.change.id)).toEqual(view)
    expect(await changes.get(view.change.id)).toEqual(view.change)
  })

  test('is recorded: each run with its first event, and the audit log', async ({ db }) => {
    const view = await aChangeService(db).create(await aNewChange(db, chain))
    const { id } = nodeOf(view, 'api@dev').run

    expect(await aRunService(db).events(id, 0)).toMatchObject([
      { seq: 1, type: 'created', data: { by: 'alice', operation: 'apply' } },
    ])
    const audit = await db.selectFrom('audit_log').selectAll().orderBy('id').execute()
    expect(audit.map(({ actor, action, subject }) => [actor, action, subject])).toEqual([
      ...view.nodes.map(({ run }) => ['alice', 'run.create', `run-${run?.id}`]),
      ['alice', 'change.create', `change-${view.change.id}`],
    ])
  })

  test('passes over what is skipped, with the reason', async ({ db }) => {
    const view = await aChangeService(db).create(
      await aNewChange(db, chain, {
        node: (name) => ({
          skipped: name === 'api@dev' ? '`when: values.api` is false' : undefined,
        }),
      }),
    )
    expect(nodeOf(view, 'api@dev')).toMatchObject({
      result: 'skipped',
      because: '`when: values.api` is false',
      run: { status: 'closed', finishedAt: expect.any(Date) },
    })
    expect(nodeOf(view, 'db@dev').result).toBe('pending')
  })

  test('keeps gates and odd texts as they are', async ({ db }) => {
    const gate = { approvals: 2, from: ['team/sre'], window: undefined, destroy: 'deny' } as const
    const environments = [
      anEnvironment('dev', { auto: true, apply: 'after-merge', concurrency: 8 }),
      anEnvironment('prod', { order: 1, after: 'dev', gate }),
      anEnvironment('lab', { order: 2, gate: { ...gate, window: 'Mon-Thu 09:00-16:00 UTC' } }),
    ]
    const view = await aChangeService(db).create(
      await aNewChange(db, chain, { environments, reason: 'a\0b\ud800' }),
    )
    expect(view.environments).toEqual(environments)
    expect(view.change.reason).toBe('a\uFFFDb\uFFFD')
  })

  test('needs a workspace', async ({ db }) => {
    await expect(aChangeService(db).create(await aNewChange(db, {}))).rejects.toMatchObject({
      code: 'invalid',
    })
  })

  test('that cannot be made leaves nothing behind', async ({ db }) => {
    const input = await aNewChange(db, chain)
    const twice = { ...input, nodes: [...input.nodes, ...input.nodes] }
    await expect(aChangeService(db).create(twice)).rejects.toThrow()

    expect(await aChangeService(db).list(input.projectId, { limit: 10 })).toEqual([])
    expect(await db.selectFrom('runs').select('id').execute()).toEqual([])
  })

  test('may have thousands of workspaces', async ({ db }) => {
    const names = Array.from({ length: 5000 }, (_, at) => `c${at % 1000}@e${Math.floor(at / 1000)}`)
    const nodes = Object.fromEntries(
      names.map((name, at) => [name, at % 1000 === 0 ? [] : [names[at - 1] ?? '']]),
    )
    const changes = aChangeService(db)
    const input = await aNewChange(db, nodes, {
      node: (name) => ({ skipped: name.startsWith('c7@') ? 'not here' : undefined }),
    })
    const view = await changes.create(input)

    expect(view.nodes.map(({ name }) => name)).toEqual(names)
    expect(view.nodes.filter(({ result }) => result === 'skipped')).toHaveLength(5)
    expect(new Set(view.nodes.map(({ run }) => run?.id)).size).toBe(5000)
    await changes.cancel(view.change.id, 'bob')
    const after = await changes.view(view.change.id)
    expect(after.nodes.filter(({ result }) => result === 'cancelled')).toHaveLength(4995)
  })
})

describe('where a change stands', () => {
  test('is told for each workspace by its newest run', async ({ db }) => {
    const changes = aChangeService(db)
    const runs = aRunService(db)
    const { change } = await changes.create(await aNewChange(db, chain))
    const view = await changes.view(change.id)
    await apply(db, view, 'network@dev')
    await plan(db, view, 'db@dev', aPlan({ summary: noChanges, changes: false }))
    await runs.wait(nodeOf(view, 'api@dev').run.id, 'waits for db.host')

    const now = await changes.view(change.id)
    expect(resultsOf(now)).toEqual({
      'network@dev': 'applied',
      'db@dev': 'unchanged',
      'api@dev': 'deferred',
    })
    expect(nodeOf(now, 'api@dev').because).toBe('waits for db.host')
  })

  test('lists changes of a project, the newest first', async ({ db }) => {
    const changes = aChangeService(db)
    const projectId = await aProject(db)
    const made = []
    for (const reason of ['one', 'two', 'three']) {
      made.push((await changes.create(await aNewChange(db, chain, { projectId, reason }))).change)
    }
    await changes.create(await aNewChange(db, chain))

    const page = await changes.list(projectId, { limit: 2 })
    expect(page.map(({ reason }) => reason)).toEqual(['three', 'two'])
    const rest = await changes.list(projectId, { limit: 2, before: page[1]?.id ?? 0 })
    expect(rest.map(({ reason }) => reason)).toEqual(['one'])
    expect((await changes.latestOpen(projectId))?.reason).toBe('three')
    await changes.cancel(made[2]?.id ?? 0, 'alice')
    expect((await changes.latestOpen(projectId))?.reason).toBe('two')
    expect(await changes.latestOpen(await aProject(db))).toBeUndefined()
  })

  test('is not known of what does not exist', async ({ db }) => {
    const changes = aChangeService(db)
    const asks = [() => changes.get(7), () => changes.view(7), () => changes.cancel(7, 'a')]
    for (const ask of asks) {
      await expect(ask()).rejects.toMatchObject({
        code: 'not_found',
        message: 'there is no change-7',
      })
    }
  })
})

describe('a change is done', () => {
  test('when every workspace ended applied, unchanged or skipped, and not before', async ({
    db,
  }) => {
    const changes = aChangeService(db)
    const view = await changes.create(
      await aNewChange(db, chain, {
        node: (name) => ({ skipped: name === 'api@dev' ? 'not here' : undefined }),
      }),
    )
    await apply(db, view, 'network@dev')
    expect(await changes.finishIfDone(view.change.id)).toMatchObject({ status: 'open' })
    await plan(db, view, 'db@dev', aPlan({ summary: noChanges, changes: false }))

    const done = await changes.finishIfDone(view.change.id)
    expect(done).toMatchObject({ status: 'done', finishedAt: expect.any(Date) })
    expect(await changes.finishIfDone(view.change.id)).toEqual(done)
    await expect(changes.cancel(view.change.id, 'bob')).rejects.toMatchObject({
      code: 'conflict',
      message: `change-${view.change.id} is done`,
    })
  })
})

describe('cancelling a change', () => {
  test('ends what waits at once, asks what is at work, and leaves what is over', async ({ db }) => {
    const changes = aChangeService(db)
    const runs = aRunService(db)
    const view = await changes.create(
      await aNewChange(db, { ...chain, 'web@dev': [], 'job@dev': [] }),
    )
    await apply(db, view, 'network@dev')
    await plan(db, view, 'db@dev')
    await runs.wait(nodeOf(view, 'api@dev').run.id, 'waits for db.host')
    await runs.startPlanning(nodeOf(view, 'web@dev').run.id, 'runner-1')

    expect(await changes.cancel(view.change.id, 'bob')).toMatchObject({
      status: 'cancelled',
      closedBecause: 'cancelled by bob',
    })
    const now = await changes.view(view.change.id)
    expect(resultsOf(now)).toEqual({
      'network@dev': 'applied',
      'db@dev': 'cancelled',
      'api@dev': 'cancelled',
      'web@dev': 'planning',
      'job@dev': 'cancelled',
    })
    expect(nodeOf(now, 'web@dev').run.cancelRequestedBy).toBe('bob')
    const { id } = nodeOf(now, 'db@dev').run
    expect(await runs.plan(id)).toMatchObject({ hasFile: false })
    expect((await runs.events(id, 3)).map(({ seq, data }) => [seq, data])).toEqual([
      [4, { from: 'planned', to: 'cancelled', reason: 'cancelled by bob', by: 'bob' }],
    ])
    expect((await runs.events(nodeOf(now, 'web@dev').run.id, 2)).map(({ type }) => type)).toEqual([
      'cancel-requested',
    ])
    const audit = await db
      .selectFrom('audit_log')
      .select(['actor', 'action'])
      .where('actor', '=', 'bob')
      .orderBy('action')
      .execute()
    expect(audit.map(({ action }) => action)).toEqual([
      'change.cancel',
      'run.cancel',
      'run.cancel',
      'run.cancel',
      'run.cancel',
    ])
  })

  test('is refused while nobody saw how one of its applies ended', async ({ db }) => {
    const { changes, view } = await aChangeOfUnknownEnd(db)
    await expect(changes.cancel(view.change.id, 'bob')).rejects.toMatchObject({
      code: 'conflict',
      next: expect.stringContaining('state rescue'),
    })
    expect(await changes.get(view.change.id)).toMatchObject({ status: 'open' })
  })
})

async function aChangeOfUnknownEnd(db: Db) {
  const changes = aChangeService(db)
  const runs = aRunService(db)
  const view = await changes.create(await aNewChange(db, chain))
  const outcome = aPlan()
  const { id } = await plan(db, view, 'network@dev', outcome)
  await runs.approve(id, { digest: planDigest(outcome.facts), actor: 'alice' })
  await runs.startApplying(id, { owner: 'runner-9', facts: outcome.facts })
  await runs.abandon('runner-9')
  return { changes, view, id }
}

describe('going on with a change', () => {
  test('makes new runs for what failed or was cancelled, and queues what waits', async ({ db }) => {
    const changes = aChangeService(db)
    const runs = aRunService(db)
    const view = await changes.create(
      await aNewChange(db, { ...chain, 'web@dev': [], 'job@dev': [] }),
    )
    await apply(db, view, 'web@dev')
    await apply(db, view, 'network@dev', 'failed')
    await runs.wait(nodeOf(view, 'db@dev').run.id, 'blocked by network@dev')
    await runs.wait(nodeOf(view, 'api@dev').run.id, 'waits for db.host')
    await runs.cancel(nodeOf(view, 'job@dev').run.id, 'alice')

    const again = await changes.restart(view.change.id, { actor: 'bob' })
    expect(resultsOf(again)).toEqual({
      'network@dev': 'pending',
      'db@dev': 'pending',
      'api@dev': 'pending',
      'web@dev': 'applied',
      'job@dev': 'pending',
    })
    const was = (name: string) => nodeOf(view, name).run.id
    const is = (name: string) => nodeOf(again, name).run
    expect(is('network@dev').id).toBeGreaterThan(was('job@dev'))
    expect(is('network@dev')).toMatchObject({ actor: 'bob', source: aSource, status: 'queued' })
    expect(is('job@dev').id).not.toBe(was('job@dev'))
    expect(is('db@dev').id).toBe(was('db@dev'))
    expect(is('web@dev').id).toBe(was('web@dev'))
    const audit = await db
      .selectFrom('audit_log')
      .select(['subject', 'details'])
      .where('action', '=', 'change.restart')
      .execute()
    expect(audit).toEqual([
      { subject: `change-${view.change.id}`, details: { started: 2, queued: 2 } },
    ])
  })

  test('may be asked for some workspaces alone', async ({ db }) => {
    const changes = aChangeService(db)
    const runs = aRunService(db)
    const view = await changes.create(await aNewChange(db, chain))
    const [network, database] = [nodeOf(view, 'network@dev'), nodeOf(view, 'db@dev')]
    await runs.cancel(network.run.id, 'alice')
    await runs.cancel(database.run.id, 'alice')

    const again = await changes.restart(view.change.id, {
      actor: 'alice',
      workspaceIds: [network.workspaceId],
    })
    expect(resultsOf(again)).toMatchObject({ 'network@dev': 'pending', 'db@dev': 'cancelled' })
  })

  test('is refused while one of its runs is at work, or nobody saw its end, or it is over', async ({
    db,
  }) => {
    const { changes, view, id } = await aChangeOfUnknownEnd(db)
    const again = () => changes.restart(view.change.id, { actor: 'bob' })
    await expect(again()).rejects.toMatchObject({
      code: 'conflict',
      message: `nobody saw how run-${id} of change-${view.change.id} ended`,
    })
    const runs = aRunService(db)
    await runs.recover(id, { actor: 'bob', reason: 'looked', state: 'current' })
    const busy = nodeOf(view, 'db@dev').run.id
    await runs.startPlanning(busy, 'runner-1')
    await expect(again()).rejects.toMatchObject({
      message: `change-${view.change.id} is at work: run-${busy} is planning`,
    })
    await runs.abandon('runner-1')
    expect(resultsOf(await again())).toMatchObject({ 'network@dev': 'pending' })
    await changes.cancel(view.change.id, 'bob')
    await expect(again()).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('whoever takes runs and their change takes the runs first', () => {
  type Take = (view: ChangeView, db: Db) => Promise<unknown>
  test.for<[string, Take]>([
    ['who cancels', (view, db) => aChangeService(db).cancel(view.change.id, 'bob')],
    ['who goes on', (view, db) => aChangeService(db).restart(view.change.id, { actor: 'bob' })],
  ])('%s meets who supersedes', async ([, take], { db }) => {
    const view = await aChangeService(db).create(await aNewChange(db, chain))
    const { id } = nodeOf(view, 'db@dev').run
    await aRunService(db).wait(id, 'waits for network.id')
    let other: Promise<unknown> | undefined
    await db.transaction().execute(async (tx) => {
      await tx.selectFrom('runs').select('id').where('id', '=', id).forUpdate().execute()
      other = take(view, db)
      await somebodyWaits(db)
      const those = { changeIds: [view.change.id], by: view.change.id + 1 }
      await changesOfRuns.superseded(tx, those)
    })
    await expect(other).resolves.toBeDefined()
  })
})

describe('a change whose place another one takes', () => {
  test('stays when an apply for its pull request begins meanwhile', async ({ db }) => {
    const projectId = await aProject(db)
    const id = await aPullRequest(db, projectId, 3)
    const pullRequest = { id, number: 3, head: 'c0ffee', base: 'ba5e' }
    const input = await aNewChange(db, chain, { projectId, pullRequest })
    const view = await aChangeService(db).create(input)
    const outcome = aPlan()
    const run = await plan(db, view, 'network@dev', outcome)
    const digest = planDigest(outcome.facts)
    await aRunService(db).approve(run.id, { digest, actor: 'alice' })
    let ended: Promise<boolean> | undefined
    await db.transaction().execute(async (tx) => {
      await aRunService(tx).startApplying(run.id, { owner: 'runner-1', facts: outcome.facts })
      ended = aChangeService(db).supersede(view.change.id, { because: 'newer', actor: 'bob' })
      await somebodyWaits(db)
    })
    expect(await ended).toBe(false)
    const { change, nodes } = await aChangeService(db).view(view.change.id)
    expect(change.status).toBe('open')
    expect(nodes.find(({ name }) => name === 'network@dev')?.run).toMatchObject({
      status: 'applying',
      cancelRequestedBy: undefined,
    })
  })
})

describe('orphans', () => {
  test('are recorded workspaces with something in them that the manifest does not have', async ({
    db,
  }) => {
    const changes = aChangeService(db)
    const projectId = await aProject(db)
    const old = { ...chain, 'gone@dev': [], 'emptied@dev': [] }
    const view = await changes.create(await aNewChange(db, old, { projectId }))
    const applied = await apply(db, view, 'gone@dev')
    await apply(db, view, 'network@dev')
    const ids = await someWorkspaces(db, projectId, ['emptied@dev', 'pushed@dev', 'new@dev'])
    const state = createStateService(db)
    await state.write(ids.get('pushed@dev') ?? '', anUpload(aState({ serial: 1 })))
    const empty = aState({ serial: 1, names: [] })
    await state.write(ids.get('emptied@dev') ?? '', anUpload(empty))

    expect(await changes.orphans(projectId, new Set(Object.keys(chain)))).toEqual([
      {
        workspaceId: ids.get('gone@dev'),
        name: 'gone@dev',
        component: 'gone',
        environment: 'dev',
        resources: 1,
        lastApply: { run: applied.id, source: aSource, sourceDigest: 'source of gone' },
      },
      {
        workspaceId: ids.get('pushed@dev'),
        name: 'pushed@dev',
        component: 'pushed',
        environment: 'dev',
        resources: 1,
        lastApply: undefined,
      },
    ])
    expect(await changes.orphans(await aProject(db), new Set())).toEqual([])
  })
})

describe('how long something takes', () => {
  test('is the median of the last five, for many workspaces at once', async ({ db }) => {
    const changes = aChangeService(db)
    const ids = await someWorkspaces(db, await aProject(db), ['a@dev', 'b@dev', 'c@dev'])
    const [a, b, c] = ['a@dev', 'b@dev', 'c@dev'].map((name) => ids.get(name) ?? '')
    const ran = (workspace: string | undefined, plan: number, apply: number | undefined) =>
      sql`insert into runs (workspace_id, operation, status, actor, source, planning_at, planned_at,
          applying_at, finished_at)
        select ${workspace}, 'apply', ${apply === undefined ? 'failed' : 'applied'}, 'a', '{}', at,
          at + make_interval(secs => ${plan}), at, at + make_interval(secs => ${apply ?? 1})
        from (values (now())) as moments (at)`.execute(db)
    for (const seconds of [900, 1, 2, 3, 4, 5]) await ran(a, seconds, seconds * 10)
    await ran(b, 7, undefined)

    expect(await changes.expectedSeconds([a ?? '', b ?? '', c ?? ''], 'apply')).toEqual(
      new Map([
        [a, { plan: 3, apply: 30 }],
        [b, { plan: 7, apply: undefined }],
        [c, { plan: undefined, apply: undefined }],
      ]),
    )
    expect((await changes.expectedSeconds([a ?? ''], 'destroy')).get(a ?? '')?.apply).toBe(
      undefined,
    )
  })
})
