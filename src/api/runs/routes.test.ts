import { Hono } from 'hono'
import type { Kysely } from 'kysely'
import { describe, expect } from 'vitest'
import { z } from 'zod'
import { anApi, answerOf, aPrincipal, audited, refusal } from '../../../test/support/api.ts'
import {
  aChangeService,
  aGate,
  aNewChange,
  anEnvironment,
  aProject,
} from '../../../test/support/changes.ts'
import { test } from '../../../test/support/database.ts'
import { aPerson } from '../../../test/support/people.ts'
import {
  anApplyingRun,
  aPlan,
  aPlannedRun,
  aRunService,
  aSource,
  aSummary,
  someOptions,
} from '../../../test/support/runs.ts'
import { anUpload, aState, aWorkspace } from '../../../test/support/state.ts'
import type { Principal } from '../../access/index.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { createProjectService } from '../../projects/index.ts'
import { planDigest } from '../../runs/index.ts'
import { createStateService } from '../../state/index.ts'
import type { ApiEnv } from '../deps.ts'
import { runsRoutes } from './routes.ts'
import * as schema from './schema.ts'

const operator = aPrincipal('operator')
const viewer = aPrincipal('viewer')

async function open(db: Kysely<DB>) {
  const runs = aRunService(db)
  const state = createStateService(db)
  const projects = createProjectService(db)
  const workspaceId = await aWorkspace(db)
  const { project } = await projects.workspace(workspaceId)
  const routes = new Hono<ApiEnv>().route('/', runsRoutes({ context: { runs, state, projects } }))
  return {
    runs,
    state,
    workspaceId,
    project,
    as: (principal: Principal) => anApi(routes, principal),
    get: (path: string, principal = viewer) => anApi(routes, principal).get(path),
    post: (path: string, body?: object, principal = operator) =>
      anApi(routes, principal).send('POST', path, body),
  }
}

describe('a run', () => {
  test('that waits for an approval', async ({ db }) => {
    const { runs, workspaceId, project, get } = await open(db)
    const { id, digest } = await aPlannedRun(runs, workspaceId)

    const details = await answerOf(schema.RunDetails, await get(`/runs/${id}`, operator))

    expect(details).toMatchObject({
      run: {
        id,
        project,
        component: 'network',
        environment: 'prod',
        status: 'planned',
        summary: { risk: 'creates 1 resource' },
      },
      digest,
      provisional: false,
      tool: 'terraform 1.11.4',
      approvals: [],
      stateVersions: [],
      may: { approve: true, cancel: true, recover: false, apply: true },
    })
    expect(details.run).not.toHaveProperty('changeId')
    const sentences = Object.fromEntries(
      details.requirements.map(({ name, met, sentence }) => [name, [met, sentence]]),
    )
    expect(sentences).toMatchObject({
      approved: [false, 'nobody approved this plan'],
      'not-stale': [
        true,
        'the state did not move since the plan was made; sources, inputs and tool are looked at again before it is applied',
      ],
    })
    const seen = await answerOf(schema.RunDetails, await get(`/runs/${id}`))
    expect(Object.values(seen.may)).toEqual([false, false, false, false])
  })

  test('whose state moved says so', async ({ db }) => {
    const { runs, state, workspaceId, get } = await open(db)
    const { id } = await aPlannedRun(runs, workspaceId)
    await state.write(workspaceId, anUpload(aState({ serial: 1 })))

    const { requirements } = await answerOf(schema.RunDetails, await get(`/runs/${id}`))

    expect(requirements.find(({ name }) => name === 'not-stale')).toMatchObject({
      met: false,
      sentence: 'a state (serial 1) appeared since the plan was made',
    })
  })

  test('that is over: what it left, and nothing to decide', async ({ db }) => {
    const { runs, workspaceId, get } = await open(db)
    const { id, lease } = await anApplyingRun(runs, workspaceId)
    await runs.finishApplying(id, lease, { kind: 'applied', state: aState({ serial: 1 }) })

    const details = await answerOf(schema.RunDetails, await get(`/runs/${id}`, operator))

    expect(details).toMatchObject({
      run: { status: 'applied' },
      requirements: [],
      approvals: [{ actor: 'alice', current: true }],
      stateVersions: [1],
      may: { approve: false, cancel: false, recover: false, apply: false },
    })
    expect(details.expectedSeconds.apply).toEqual(expect.any(Number))
  })

  test('that has no plan yet', async ({ db }) => {
    const { runs, workspaceId, get } = await open(db)
    const run = await runs.create({
      workspaceId,
      operation: 'apply',
      actor: '<script>alert("ada")</script>\u202e',
      source: { ...aSource, directory: '/srv/a "b"\n' },
      options: { ...someOptions, targets: ['a["\u0000"]'] },
    })

    const details = await answerOf(schema.RunDetails, await get(`/runs/${run.id}`))

    expect(details).toMatchObject({
      run: { actor: '<script>alert("ada")</script>\u202e' },
      requirements: [],
      expectedSeconds: {},
    })
    expect(await refusal(await get(`/runs/${run.id}/plan`))).toMatchObject({
      status: 404,
      detail: `run-${run.id} has no plan`,
    })
  })

  test('that nobody may know of is like one that is not there', async ({ db }) => {
    const { runs, workspaceId, as } = await open(db)
    const { id } = await aPlannedRun(runs, workspaceId)
    const stranger = as(aPrincipal('admin', { environment: 'dev' }))

    for (const rest of ['', '/plan', '/log', '/log.txt', '/events']) {
      const there = await refusal(await stranger.get(`/runs/${id}${rest}`))
      const nowhere = await refusal(await stranger.get(`/runs/${id + 1}${rest}`))
      expect(there).toEqual({ ...nowhere, detail: `there is no run-${id}` })
      expect(there.status).toBe(404)
    }
    for (const [action, body] of [
      ['approve', { digest: 'x' }],
      ['cancel', undefined],
      ['recover', { state: 'live', reason: 'x' }],
    ] as const) {
      const refused = await refusal(await stranger.send('POST', `/runs/${id}/${action}`, body))
      expect(refused.status).toBe(404)
    }
    expect((await runs.get(id)).status).toBe('planned')
  })

  test.for(['0', '-1', 'x', '1.5', '99999999999999999999'])(
    'is not called %s',
    async (id, { db }) => {
      const { get } = await open(db)
      expect((await refusal(await get(`/runs/${id}`))).status).toBe(400)
    },
  )
})

describe('a plan', () => {
  test('is passed on with every digit', async ({ db }) => {
    const { runs, workspaceId, get } = await open(db)
    const json =
      '{"format_version":"1.2","applyable":true,"big":12345678901234567890,"exact":0.1000000000000000055511151231257827,"__proto__":{"a":1}}'
    const { id, digest } = await aPlannedRun(runs, workspaceId, aPlan({ json }))

    const response = await get(`/runs/${id}/plan`)
    const text = await response.clone().text()

    expect(text.endsWith(`"plan":${json}}`)).toBe(true)
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(schema.Plan.parse(await response.json())).toMatchObject({
      digest,
      provisional: false,
      tool: 'terraform 1.11.4',
    })
  })
})

describe('the output of a run', () => {
  test('comes in pieces, and as one text', async ({ db }) => {
    const { runs, workspaceId, get } = await open(db)
    const { id, lease } = await anApplyingRun(runs, workspaceId)
    for (const text of ['\u001b[1mone', ' two\n', 'drei ✓\n']) await runs.log(lease, text)
    const log = async (after = '') => answerOf(schema.Log, await get(`/runs/${id}/log${after}`))

    const all = await log()
    expect(all.ended).toBe(false)
    expect(all.pieces.map(({ text, phase }) => [phase, text])).toEqual([
      ['apply', '\u001b[1mone'],
      ['apply', ' two\n'],
      ['apply', 'drei ✓\n'],
    ])
    expect((await log(`?after=${all.pieces[1]?.seq}`)).pieces).toEqual(all.pieces.slice(2))
    await runs.finishApplying(id, lease, { kind: 'applied', state: aState({ serial: 1 }) })
    expect(await log(`?after=${all.pieces[2]?.seq}`)).toEqual({ pieces: [], ended: true })

    const text = await get(`/runs/${id}/log.txt`)
    expect(text.headers.get('content-disposition')).toBe(`attachment; filename="run-${id}.log"`)
    expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await text.text()).toBe('\u001b[1mone two\ndrei ✓\n')
    expect((await refusal(await get(`/runs/${id}/log?after=-1`))).status).toBe(400)
  })

  test('is told apart from what happened to it', async ({ db }) => {
    const { runs, workspaceId, get } = await open(db)
    const { id } = await aPlannedRun(runs, workspaceId)

    const events = await answerOf(z.array(schema.RunEvent), await get(`/runs/${id}/events`))

    expect(events.map(({ type }) => type)).toEqual(['created', 'status', 'status'])
    expect(await (await get(`/runs/${id}/log.txt`)).text()).toBe('')
  })
})

describe('an approval', () => {
  test('is of exactly the plan that was looked at, by who may', async ({ db }) => {
    const { runs, workspaceId, get, post } = await open(db)
    const ada = await aPerson(db, 'ada')
    const person = { ...operator, name: 'ada', personId: ada }
    const guarded = { ...aSummary, delete: 1, protected: ['aws_db_instance.main'] }
    const { id, digest } = await aPlannedRun(runs, workspaceId, aPlan({ summary: guarded }))

    const weak = await refusal(await post(`/runs/${id}/approve`, { digest }, viewer))
    const stale = await refusal(await post(`/runs/${id}/approve`, { digest: 'd0' }))
    const run = await answerOf(
      schema.Run,
      await post(`/runs/${id}/approve`, { digest, override: ' it is empty ' }, person),
    )
    const { approvals } = await answerOf(schema.RunDetails, await get(`/runs/${id}`))

    expect([weak.status, stale.status]).toEqual([403, 409])
    expect(run.status).toBe('planned')
    expect(approvals).toEqual([
      { actor: 'ada', current: true, overrideReason: 'it is empty', at: expect.any(String) },
    ])
    expect(await runs.approvals(id)).toMatchObject([{ person: { id: ada, name: 'ada' } }])
    expect(await audited(db, 'run.override')).toMatchObject([
      { actor: 'ada', subject: `run-${id}` },
    ])
  })

  test('of enough people opens a gate', async ({ db }) => {
    const { runs, as } = await open(db)
    const projectId = await aProject(db)
    const gate = { ...aGate, approvals: 2, from: ['team/sre'] }
    const change = await aNewChange(
      db,
      { 'db@prod': [] },
      { projectId, environments: [anEnvironment('prod', { gate })] },
    )
    const view = await aChangeService(db).create(change)
    const run = view.nodes[0]?.run
    if (run === undefined) throw new Error('the change has no run')
    const plan = aPlan()
    await runs.finishPlanning(run.id, await runs.startPlanning(run.id, 'runner-1'), plan)
    const digest = planDigest(plan.facts)
    const approve = async (name: string, teams: readonly string[]) => {
      const personId = await aPerson(db, name, teams)
      const principal = aPrincipal('approver', { name, personId })
      const path = `/runs/${run.id}`
      await answerOf(schema.Run, await as(principal).send('POST', `${path}/approve`, { digest }))
      const { requirements } = await answerOf(schema.RunDetails, await as(principal).get(path))
      return requirements.find((one) => one.name === 'gate')
    }

    expect(await approve('bob', ['sre'])).toMatchObject({
      met: false,
      sentence: 'prod waits: 1 more approval of 2 from team/sre is needed; bob approved',
    })
    // Who made the change, and who is in no team.
    expect(await approve('alice', ['sre'])).toMatchObject({ met: false })
    expect(await approve('dave', ['web'])).toMatchObject({ met: false })
    expect(await approve('carol', ['sre', 'web'])).toEqual({
      name: 'gate',
      met: true,
      sentence: 'bob and carol approved it for prod',
    })
    await db
      .updateTable('people')
      .set({ disabled_at: new Date() })
      .where('name', '=', 'bob')
      .execute()
    const started = runs.startApplying(run.id, { owner: 'runner-1', facts: plan.facts })
    await expect(started).rejects.toThrow('the account of bob, who approved, is disabled')
  })
})

describe('a decision about a run', () => {
  test('to cancel it', async ({ db }) => {
    const { runs, workspaceId, post } = await open(db)
    const { id } = await aPlannedRun(runs, workspaceId)

    expect((await refusal(await post(`/runs/${id}/cancel`, undefined, viewer))).status).toBe(403)
    expect(await answerOf(schema.Run, await post(`/runs/${id}/cancel`))).toMatchObject({
      status: 'cancelled',
      reason: 'cancelled by operator',
    })
    expect((await refusal(await post(`/runs/${id}/cancel`))).status).toBe(409)
    expect(await audited(db, 'run.cancel')).toMatchObject([{ actor: 'operator' }])
  })

  test('whose end nobody saw', async ({ db }) => {
    const { runs, workspaceId, get, post } = await open(db)
    const { id, lease } = await anApplyingRun(runs, workspaceId)
    await runs.liveState(lease, aState({ serial: 1 }))
    await runs.finishApplying(id, lease, { kind: 'unknown', reason: 'killed', state: undefined })
    const request = { state: 'live', reason: 'it ended well' }
    const applier = aPrincipal('applier')

    const before = await answerOf(schema.RunDetails, await get(`/runs/${id}`, operator))
    const weak = await refusal(await post(`/runs/${id}/recover`, request, applier))
    const mute = await refusal(await post(`/runs/${id}/recover`, { state: 'live', reason: '' }))
    const run = await answerOf(schema.Run, await post(`/runs/${id}/recover`, request))

    expect(before.may).toEqual({ approve: false, cancel: false, recover: true, apply: false })
    expect([weak.status, mute.status]).toEqual([403, 400])
    expect(run).toMatchObject({ status: 'failed' })
    const after = await answerOf(schema.RunDetails, await get(`/runs/${id}`, operator))
    expect(after).toMatchObject({ stateVersions: [1], may: { recover: false } })
    expect(await audited(db, 'run.recover')).toMatchObject([{ actor: 'operator' }])
  })
})
