import { Hono } from 'hono'
import { type Kysely, sql } from 'kysely'
import { describe, expect } from 'vitest'
import { anApi, answerOf, aPrincipal, refusal } from '../../../test/support/api.ts'
import {
  aChangeService,
  aGate,
  aNewChange,
  anEnvironment,
  aProject,
  type SomeNodes,
  someWorkspaces,
} from '../../../test/support/changes.ts'
import { test } from '../../../test/support/database.ts'
import { aPerson } from '../../../test/support/people.ts'
import { anApplyingRun, aPlan, aRunService } from '../../../test/support/runs.ts'
import { aLock } from '../../../test/support/state.ts'
import type { Principal } from '../../access/index.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { planDigest } from '../../runs/index.ts'
import { createStateService } from '../../state/index.ts'
import type { ApiEnv } from '../deps.ts'
import { overviewRoutes } from './routes.ts'
import { Inbox, Overview } from './schema.ts'

async function open(db: Kysely<DB>, nodes: readonly string[] = []) {
  const projectId = await aProject(db)
  await db.updateTable('projects').set({ name: 'shop' }).where('id', '=', projectId).execute()
  const ids = await someWorkspaces(db, projectId, nodes)
  const runs = aRunService(db)
  // New ones for each call: what moved between two calls is not signalled here.
  const signals = { listen: () => () => undefined, close: async () => undefined }
  const api = (principal: Principal) =>
    anApi(
      new Hono<ApiEnv>().route('/', overviewRoutes({ context: { db, runs }, signals })),
      principal,
    )
  return {
    projectId,
    ids,
    runs,
    api,
    overview: async (principal = aPrincipal('viewer'), query = '') =>
      (await answerOf(Overview, await api(principal).get(`/overview${query}`))).projects,
    inbox: async (principal: Principal) =>
      (await answerOf(Inbox, await api(principal).get('/inbox'))).items,
  }
}

describe('the overview', () => {
  test('has the order of the manifest, what it does not have behind that', async ({ db }) => {
    const nodes = ['b@dev', 'b@prod', 'a@dev', 'a@prod', 'lab@play', 'gone@dev']
    const { projectId, ids, overview } = await open(db, nodes)
    await sql`
      insert into environments (project_id, name, position, auto)
      values (${projectId}, 'prod', 1, false), (${projectId}, 'dev', 0, true)`.execute(db)
    await sql`update workspaces set declared = true, position = case component when 'b' then 0 else 1 end
      where component in ('a', 'b')`.execute(db)
    await sql`update projects set head_commit = 'c0ffee', head_subject = 'feat: <b>more</b>',
      fetched_at = '2026-03-02T08:00:00Z', fetch_error = 'no route to host'`.execute(db)
    const state = createStateService(db)
    await state.lock(ids.get('lab@play') ?? '', aLock('1', { kind: 'person', actor: 'bob' }))

    const [shop] = await overview()

    expect(shop).toMatchObject({
      project: 'shop',
      environments: ['dev', 'prod', 'play'],
      components: ['b', 'a', 'lab'],
      headCommit: 'c0ffee',
      headSubject: 'feat: <b>more</b>',
      fetchedAt: '2026-03-02T08:00:00.000Z',
      fetchError: 'no route to host',
    })
    expect(shop?.workspaces.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'b@dev never',
      'b@prod never',
      'a@dev never',
      'a@prod never',
      'lab@play locked',
    ])
  })

  test('of a project that only laptops know has everything', async ({ db }) => {
    const { overview } = await open(db, ['a@dev'])
    expect(await overview()).toMatchObject([{ environments: ['dev'], components: ['a'] }])
  })

  test('is of what who asks may see', async ({ db }) => {
    const { projectId, overview, api } = await open(db, ['a@dev', 'a@prod'])
    await aProject(db)
    await sql`
      insert into environments (project_id, name, position, auto)
      values (${projectId}, 'prod', 1, false), (${projectId}, 'dev', 0, true)`.execute(db)

    expect(await overview()).toHaveLength(2)
    expect(await overview(aPrincipal('viewer'), '?project=shop')).toHaveLength(1)
    expect(await overview(aPrincipal('viewer'), '?project=ghost')).toEqual([])
    expect(
      await overview(aPrincipal('viewer', { project: 'shop', environment: 'prod' })),
    ).toMatchObject([
      { environments: ['prod'], components: ['a'], workspaces: [{ name: 'a@prod' }] },
    ])
    expect(await overview(aPrincipal('viewer', { project: 'bank' }))).toEqual([])
    for (const path of ['/overview', '/inbox']) {
      const nobody = await refusal(await api(aPrincipal([])).get(path))
      expect(nobody.status).toBe(403)
    }
  })

  test('costs as many questions of a thousand workspaces as of one', async ({ db }) => {
    const questions: string[] = []
    const counting = db.withPlugin({
      transformQuery: ({ node }) => {
        questions.push(node.kind)
        return node
      },
      transformResult: async ({ result }) => result,
    })
    const { overview, projectId } = await open(counting, ['a@dev'])
    questions.length = 0
    await overview()
    const ofOne = questions.length
    expect(ofOne).toBeGreaterThan(0)
    await someWorkspaces(
      db,
      projectId,
      Array.from({ length: 1000 }, (_, n) => `c${n}@dev`),
    )
    questions.length = 0

    expect((await overview())[0]?.workspaces).toHaveLength(1001)
    expect(questions).toHaveLength(ofOne)
  })
})

describe('the inbox', () => {
  const graph: SomeNodes = { 'db@dev': [], 'db@prod': [] }

  test('says what waits, and whether it waits for who asks', async ({ db }) => {
    const { projectId, runs, inbox } = await open(db)
    const gate = { ...aGate, approvals: 2, from: ['team/sre'] }
    const environments = [anEnvironment('dev'), anEnvironment('prod', { order: 1, gate })]
    const view = await aChangeService(db).create(
      await aNewChange(db, graph, { projectId, environments }),
    )
    const digests = new Map<number, string>()
    for (const { run } of view.nodes) {
      if (run === undefined) continue
      const plan = aPlan()
      await runs.finishPlanning(run.id, await runs.startPlanning(run.id, 'runner-1'), plan)
      digests.set(run.id, planDigest(plan.facts))
    }
    const approver = async (name: string, teams: readonly string[]) =>
      aPrincipal('approver', { name, personId: await aPerson(db, name, teams) })
    const bob = await approver('bob', ['sre'])
    const alice = await approver('alice', ['sre'])
    const dave = await approver('dave', [])
    const ofProd = async (principal: Principal) =>
      (await inbox(principal)).find(({ environment }) => environment === 'prod')

    expect(await inbox(aPrincipal('applier'))).toMatchObject([
      { kind: 'approval', environment: 'dev', mine: true, risk: { severity: 'low' } },
      {
        kind: 'approval',
        sentence: `change-${view.change.id}: prod waits for 2 approvals from team/sre of 1 plan`,
        changeId: view.change.id,
        workspaces: ['db@prod'],
        mine: false,
      },
    ])
    expect((await ofProd(bob))?.mine).toBe(true)
    expect((await ofProd(alice))?.mine).toBe(false)
    expect((await ofProd(dave))?.mine).toBe(false)
    expect(await inbox(aPrincipal('viewer', { environment: 'dev' }))).toHaveLength(1)

    const prod = view.nodes.find(({ environment }) => environment === 'prod')?.run?.id ?? 0
    const approval = { digest: digests.get(prod) ?? '', actor: 'bob', personId: bob.personId }
    await runs.approve(prod, approval)
    expect(await ofProd(bob)).toMatchObject({
      sentence: `change-${view.change.id}: prod waits for 1 approval from team/sre of 1 plan`,
      mine: false,
    })
  })

  test('has what went wrong', async ({ db }) => {
    const { ids, runs, inbox } = await open(db, ['db@prod', 'vpc@prod'])
    const run = await anApplyingRun(runs, ids.get('db@prod') ?? '')
    await runs.finishApplying(run.id, run.lease, {
      kind: 'unknown',
      reason: 'killed',
      state: undefined,
    })
    await createStateService(db).lock(
      ids.get('vpc@prod') ?? '',
      aLock('1', { kind: 'person', actor: 'planner' }),
    )
    await sql`update workspace_locks set created_at = now() - interval '61 minutes'
      where kind = 'person'`.execute(db)

    expect(await inbox(aPrincipal('operator'))).toMatchObject([
      { kind: 'unknown', runId: run.id, workspaces: ['db@prod'], mine: true },
      { kind: 'locked', workspaces: ['vpc@prod'], mine: true },
    ])
    const mine = (await inbox(aPrincipal('planner'))).map((item) => item.mine)
    expect(mine).toEqual([false, false])
    const holder = aPrincipal(['read', 'state:write'], { name: 'planner' })
    expect((await inbox(holder)).map((item) => item.mine)).toEqual([false, true])
  })
})
