import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import type { Kysely } from 'kysely'
import { describe, expect } from 'vitest'
import { z } from 'zod'
import { anApi, answerOf, aPrincipal, audited, refusal } from '../../../test/support/api.ts'
import { test } from '../../../test/support/database.ts'
import { anApplyingRun, aPlannedRun, aRunService } from '../../../test/support/runs.ts'
import { aLock, anUpload, aState } from '../../../test/support/state.ts'
import type { Principal } from '../../access/index.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { createProjectService } from '../../projects/index.ts'
import { createStateService } from '../../state/index.ts'
import type { ApiEnv } from '../deps.ts'
import { workspacesRoutes } from './routes.ts'
import * as schema from './schema.ts'

const operator = aPrincipal('operator')
const viewer = aPrincipal('viewer')

/** A workspace of the project shop, and ways to call its routes. */
async function open(db: Kysely<DB>, name = 'network@prod') {
  const state = createStateService(db)
  const runs = aRunService(db)
  const projects = createProjectService(db)
  const at = name.lastIndexOf('@')
  const workspace = await projects.ensureNamedWorkspace({
    project: 'shop',
    component: name.slice(0, at),
    environment: name.slice(at + 1),
  })
  const routes = new Hono<ApiEnv>().route(
    '/',
    workspacesRoutes({ context: { db, state, runs, projects } }),
  )
  const path = `/projects/shop/workspaces/${encodeURIComponent(name)}`
  return {
    id: workspace.id,
    state,
    runs,
    path,
    as: (principal: Principal) => anApi(routes, principal),
    get: (rest = '', principal = viewer) => anApi(routes, principal).get(`${path}${rest}`),
    post: (rest: string, body: object, principal = operator) =>
      anApi(routes, principal).send('POST', `${path}${rest}`, body),
  }
}

describe('a workspace', () => {
  test('of which nothing is recorded', async ({ db }) => {
    const { id, get } = await open(db)

    expect(await answerOf(schema.WorkspaceDetails, await get())).toEqual({
      workspace: {
        id,
        project: 'shop',
        name: 'network@prod',
        component: 'network',
        environment: 'prod',
        declared: false,
        status: 'never',
        needs: [],
      },
      quarantined: 0,
      may: { rollback: false, unlock: false, plan: false, variables: false, readRaw: false },
    })
    expect(await answerOf(schema.Resources, await get('/resources'))).toEqual({ resources: [] })
    expect(await answerOf(schema.Outputs, await get('/outputs'))).toEqual({ outputs: [] })
    expect(await answerOf(schema.StateVersions, await get('/versions'))).toEqual({
      items: [],
      next: null,
    })
    expect(await answerOf(schema.RunList, await get('/runs'))).toEqual({ items: [], next: null })
    expect(await answerOf(schema.HeldLock, await get('/lock'))).toEqual({})
    expect(await answerOf(z.array(schema.Quarantined), await get('/quarantine'))).toEqual([])
    expect(await refusal(await get('/differences'))).toMatchObject({ status: 404 })
    expect(await refusal(await get('/state', operator))).toMatchObject({ status: 404 })
  })

  test('says what who asks may do', async ({ db }) => {
    const { state, id, get } = await open(db)
    await state.hold(id, { actor: 'operator', reason: 'maintenance' })

    const { lock, may, workspace } = await answerOf(
      schema.WorkspaceDetails,
      await get('', operator),
    )

    expect(workspace).toMatchObject({
      status: 'locked',
      because: 'operator has locked it: maintenance',
    })
    expect(lock).toMatchObject({ kind: 'person', actor: 'operator', info: 'maintenance' })
    expect(may).toEqual({
      rollback: true,
      unlock: true,
      plan: true,
      variables: true,
      readRaw: true,
    })
    const other = aPrincipal(['read', 'state:write'])
    const seen = await answerOf(schema.WorkspaceDetails, await get('', other))
    expect(seen.may).toMatchObject({ rollback: true, unlock: false })
  })

  test.for([
    'modules/vpc@prod',
    'a%2Fb@prod',
    'x y?z#&"<script>@prod',
    '../../etc@prod',
    'ünï/©ode@prod',
    "o'hara\\@prod",
  ])('may be called %s', async (name, { db }) => {
    const { get, id } = await open(db, name)

    const { workspace } = await answerOf(schema.WorkspaceDetails, await get())

    expect(workspace).toMatchObject({ id, name })
  })

  test('lists its runs in pages', async ({ db }) => {
    const { get, runs, id } = await open(db)
    const made = [await aPlannedRun(runs, id), await aPlannedRun(runs, id)]
    const [first, second] = made.map((run) => run.id)

    const page = await answerOf(schema.RunList, await get('/runs?limit=1'))
    const rest = await answerOf(schema.RunList, await get(`/runs?limit=1&cursor=${page.next}`))

    expect(page.items).toMatchObject([{ id: second, project: 'shop', component: 'network' }])
    expect(rest).toMatchObject({ items: [{ id: first }], next: null })
    expect(await refusal(await get('/runs?cursor=1;drop'))).toMatchObject({ status: 400 })
    expect(await refusal(await get('/runs?limit=1000'))).toMatchObject({ status: 400 })
  })
})

describe('states', () => {
  test('are listed in pages, shown, and compared', async ({ db }) => {
    const { state, id, get } = await open(db)
    for (const serial of [1, 2, 3]) {
      const names = ['a', 'b', 'c'].slice(0, serial)
      await state.write(id, anUpload(aState({ serial, names })))
    }

    const page = await answerOf(schema.StateVersions, await get('/versions?limit=2'))
    const rest = await answerOf(schema.StateVersions, await get(`/versions?cursor=${page.next}`))
    const old = await answerOf(schema.Resources, await get('/versions/2/resources'))
    const change = await answerOf(schema.StateDifference, await get('/differences'))
    const both = await answerOf(schema.StateDifference, await get('/differences?from=1&to=3'))
    const first = await answerOf(schema.StateDifference, await get('/differences?to=1'))
    const all = await answerOf(schema.StateDifference, await get('/differences?from=0&to=3'))

    expect(page.items.map(({ number }) => number)).toEqual([3, 2])
    expect(rest).toMatchObject({ items: [{ number: 1, cause: 'client' }], next: null })
    expect(await answerOf(schema.StateVersion, await get('/versions/3'))).toEqual(page.items[0])
    expect(old.resources.map(({ address }) => address)).toEqual([
      'terraform_data.a',
      'terraform_data.b',
    ])
    expect(change).toMatchObject({ from: 2, to: 3, resources: [{ address: 'terraform_data.c' }] })
    expect(both.resources).toHaveLength(2)
    expect(first).toMatchObject({ to: 1, resources: [{ kind: 'added' }] })
    expect(first).not.toHaveProperty('from')
    expect(all.resources.map(({ kind }) => kind)).toEqual(['added', 'added', 'added'])
    for (const path of ['/versions/9', '/versions/9999999999', '/differences?to=9']) {
      expect(await refusal(await get(path)), path).toMatchObject({ status: 404 })
    }
    for (const path of ['/versions/0', '/versions/x', '/differences?from=-1']) {
      expect(await refusal(await get(path)), path).toMatchObject({ status: 400 })
    }
  })

  test('are masked, and numbers keep every digit', async ({ db }) => {
    const { state, id, get } = await open(db)
    await state.write(id, anUpload(Buffer.from(secretState)))

    const resources = await get('/resources')
    const outputs = await get('/outputs')
    const texts = [await resources.clone().text(), await outputs.clone().text()]

    for (const text of texts) {
      expect(text).not.toContain('hunter22')
      expect(text).toContain('12345678901234567890')
    }
    expect(texts[0]).toContain('"__proto__"')
    expect(schema.Resources.parse(await resources.json()).resources[0]).toMatchObject({
      address: 'aws_db_instance.main',
      tainted: true,
    })
    expect(schema.Outputs.parse(await outputs.json()).outputs).toMatchObject([
      { name: 'big', sensitive: false },
      { name: 'password', sensitive: true },
    ])
  })

  test('give their exact bytes to who may see secrets, and that is recorded', async ({ db }) => {
    const { state, id, get } = await open(db)
    const bytes = aState({ serial: 1 })
    await state.write(id, anUpload(bytes))
    await state.write(id, anUpload(aState({ serial: 2, names: ['b'] })))

    const raw = await get('/state?version=1', operator)

    expect(raw.headers.get('cache-control')).toBe('no-store')
    expect(Buffer.from(await raw.arrayBuffer())).toEqual(bytes)
    expect(await refusal(await get('/state', viewer))).toMatchObject({ status: 403 })
    expect(await audited(db, 'state.read-raw')).toEqual([
      { actor: 'operator', subject: 'shop/network@prod', details: { version: 1 } },
    ])
  })

  test('are rolled back with a reason', async ({ db }) => {
    const { state, id, post } = await open(db)
    await state.write(id, anUpload(aState({ serial: 1 })))
    await state.write(id, anUpload(aState({ serial: 2, names: ['b'] })))
    const request = { version: 1, reason: 'b was a mistake' }

    expect(await refusal(await post('/rollback', request, viewer))).toMatchObject({ status: 403 })
    expect(await refusal(await post('/rollback', { version: 1 }))).toMatchObject({ status: 400 })
    expect(await answerOf(schema.StateVersion, await post('/rollback', request))).toMatchObject({
      number: 3,
      cause: 'rollback',
      actor: 'operator',
      reason: 'b was a mistake',
    })
    expect(await audited(db, 'state.rollback')).toMatchObject([{ actor: 'operator' }])
  })
})

describe('a lock', () => {
  test('is taken and let go by its person', async ({ db }) => {
    const { post, as, path, get } = await open(db)

    const lock = await answerOf(schema.Lock, await post('/lock', { reason: 'maintenance' }))
    const again = await refusal(
      await post('/lock', { reason: 'too' }, { ...operator, name: 'bob' }),
    )
    const foreign = await refusal(
      await as({ ...operator, name: 'bob' }).send('DELETE', `${path}/lock`),
    )
    const wrong = await refusal(await as(operator).send('DELETE', `${path}/lock`, { id: 'other' }))
    const ended = await answerOf(
      schema.HeldLock,
      await as(operator).send('DELETE', `${path}/lock`, { id: lock.id }),
    )

    expect(lock).toMatchObject({ kind: 'person', actor: 'operator', info: 'maintenance' })
    expect(again).toMatchObject({ status: 423 })
    expect([foreign.status, wrong.status]).toEqual([409, 409])
    expect(ended.lock).toEqual(lock)
    expect(await answerOf(schema.HeldLock, await get('/lock'))).toEqual({})
    expect(
      await answerOf(schema.HeldLock, await as(operator).send('DELETE', `${path}/lock`)),
    ).toEqual({})
    expect(await audited(db, 'lock.take')).toEqual([
      { actor: 'operator', subject: 'shop/network@prod', details: { reason: 'maintenance' } },
    ])
    expect(await audited(db, 'lock.release')).toEqual([
      { actor: 'operator', subject: 'shop/network@prod', details: {} },
    ])
  })

  test('of another is forced open by who may, with a reason', async ({ db }) => {
    const { state, id, as, path, get } = await open(db)
    await state.lock(id, aLock('secret-of-ci', { actor: 'ci' }))
    const forced = { force: true, reason: 'its machine is gone' }
    const writer = aPrincipal(['read', 'state:write'])

    const shown = await answerOf(schema.HeldLock, await get('/lock'))
    const weak = await refusal(await as(writer).send('DELETE', `${path}/lock`, forced))
    const mute = await refusal(await as(operator).send('DELETE', `${path}/lock`, { force: true }))
    const ended = await answerOf(
      schema.HeldLock,
      await as(operator).send('DELETE', `${path}/lock`, { ...forced, id: shown.lock?.id }),
    )

    // Who knows the id may write a state under the lock.
    expect(JSON.stringify(shown)).not.toContain('secret-of-ci')
    expect(shown.lock?.id).toMatch(/^terraform apply by ci \(alice@laptop\), since /)
    expect([weak.status, mute.status]).toEqual([403, 400])
    expect(ended.lock).toMatchObject({ actor: 'ci', kind: 'client' })
    expect(await audited(db, 'lock.force-release')).toMatchObject([
      { actor: 'operator', details: { holder: 'ci', reason: 'its machine is gone' } },
    ])
  })

  test('that is lost by a run is shown with it', async ({ db }) => {
    const { runs, id, get } = await open(db)
    const run = await anApplyingRun(runs, id)

    const details = await answerOf(schema.WorkspaceDetails, await get())

    expect(details.workspace.status).toBe('running')
    expect(details.lock).toMatchObject({ kind: 'run', runId: run.id })
  })
})

describe('a rejected state', () => {
  test('is promoted or dismissed, once, in its own workspace', async ({ db }) => {
    const { state, id, get, post } = await open(db)
    const other = await open(db, 'db@prod')
    await state.write(id, anUpload(aState({ serial: 5 })))
    await state.write(id, anUpload(aState({ serial: 4, names: ['b'] })))
    await state.write(id, anUpload(aState({ serial: 3, names: ['c'] })))
    const open1 = await answerOf(z.array(schema.Quarantined), await get('/quarantine'))
    const [newer, older] = open1.map((one) => one.id)
    const why = { reason: 'it is what is there' }

    const elsewhere = await refusal(await other.post(`/quarantine/${older}/promote`, why))
    const weak = await refusal(await post(`/quarantine/${older}/promote`, why, viewer))
    const mute = await refusal(await post(`/quarantine/${older}/dismiss`, { reason: '' }))
    const promoted = await answerOf(
      schema.StateVersion,
      await post(`/quarantine/${older}/promote`, why),
    )
    const again = await refusal(await post(`/quarantine/${older}/promote`, why))
    const dismissed = await post(`/quarantine/${newer}/dismiss`, why)

    expect([elsewhere, weak, mute, again].map(({ status }) => status)).toEqual([404, 403, 400, 404])
    expect(promoted).toMatchObject({ number: 2, cause: 'rescue', actor: 'operator' })
    expect(dismissed.status).toBe(204)
    expect(await answerOf(z.array(schema.Quarantined), await get('/quarantine'))).toEqual([])
    expect(await audited(db, 'state.promote')).toHaveLength(1)
    expect(await audited(db, 'state.dismiss')).toHaveLength(1)
    const ghost = await refusal(await post(`/quarantine/${randomUUID()}/dismiss`, why))
    expect(ghost.status).toBe(404)
  })
})

describe('who may not see a place', () => {
  const paths = [
    '',
    '/resources',
    '/outputs',
    '/versions',
    '/versions/1',
    '/versions/1/resources',
    '/differences',
    '/lock',
    '/quarantine',
    '/state',
    '/runs',
  ]

  test('learns not even whether anything is there', async ({ db }) => {
    const { state, id, as, path } = await open(db)
    await state.write(id, anUpload(aState({ serial: 1 })))
    const stranger = as(aPrincipal('admin', { project: 'shop', environment: 'dev' }))

    for (const rest of paths) {
      const there = await refusal(await stranger.get(`${path}${rest}`))
      const nowhere = await refusal(
        await stranger.get(`/projects/shop/workspaces/ghost@prod${rest}`),
      )
      expect(there, rest).toEqual(nowhere)
      expect(there.status).toBe(404)
    }
    const locked = await refusal(await stranger.send('POST', `${path}/lock`, { reason: 'x' }))
    expect(locked.status).toBe(404)
    expect(await state.heldLock(id)).toBeUndefined()
  })

  test('sees of a project what is theirs', async ({ db }) => {
    const { as } = await open(db)
    await open(db, 'network@dev')
    await open(db, 'db@dev')
    const list = (principal: Principal) => as(principal).get('/projects/shop/workspaces')
    const names = async (principal: Principal) =>
      (await answerOf(z.array(schema.WorkspaceItem), await list(principal))).map(({ name }) => name)

    expect(await names(viewer)).toEqual(['db@dev', 'network@dev', 'network@prod'])
    expect(await names(aPrincipal('viewer', { project: 'shop', environment: 'prod' }))).toEqual([
      'network@prod',
    ])
    const other = await refusal(await list(aPrincipal('viewer', { project: 'bank' })))
    expect(other.status).toBe(404)
  })
})

const secretState = `{
  "version": 4, "terraform_version": "1.11.4", "serial": 1,
  "lineage": "6f1c1b0e-8a44-4c52-9d8e-2f6f0a4ad001",
  "outputs": {
    "big": { "value": 12345678901234567890, "type": "number" },
    "password": { "value": "hunter22", "type": "string", "sensitive": true }
  },
  "resources": [
    { "mode": "managed", "type": "aws_db_instance", "name": "main",
      "provider": "provider[\\"registry.terraform.io/hashicorp/aws\\"]",
      "instances": [
        { "schema_version": 0, "status": "tainted",
          "attributes": { "id": "db-1", "password": "hunter22", "size": 12345678901234567890,
            "__proto__": "evil", "url": "postgres://hunter22@db" },
          "sensitive_attributes": [[{ "type": "get_attr", "value": "password" }]] }
      ] }
  ]
}`
