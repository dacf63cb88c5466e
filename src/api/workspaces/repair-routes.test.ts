import { Hono } from 'hono'
import type { Kysely } from 'kysely'
import { describe, expect } from 'vitest'
import { z } from 'zod'
import { anApi, answerOf, aPrincipal, audited, refusal } from '../../../test/support/api.ts'
import { test } from '../../../test/support/database.ts'
import { anApplyingRun, aRunService } from '../../../test/support/runs.ts'
import { anUpload, aState } from '../../../test/support/state.ts'
import type { Principal } from '../../access/index.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { serve } from '../../platform/http/server.ts'
import { createProjectService } from '../../projects/index.ts'
import { createStateService } from '../../state/index.ts'
import type { ApiEnv } from '../deps.ts'
import { workspacesRoutes } from './routes.ts'
import * as schema from './schema.ts'

const operator = aPrincipal('operator')
const writer = aPrincipal(['read', 'state:write'], { name: 'ci' })

async function open(db: Kysely<DB>) {
  const state = createStateService(db)
  const runs = aRunService(db)
  const projects = createProjectService(db)
  const names = { project: 'shop', component: 'network', environment: 'prod' }
  const { id } = await projects.ensureNamedWorkspace(names)
  const routes = new Hono<ApiEnv>().route(
    '/',
    workspacesRoutes({ context: { db, state, runs, projects } }),
  )
  const path = '/projects/shop/workspaces/network%40prod'
  return {
    id,
    state,
    runs,
    path,
    as: (principal: Principal) => anApi(routes, principal),
    /** A body is read from its socket. */
    push: async (bytes: Buffer, query = '', principal = writer) => {
      const server = await serve(anApi(routes, principal).app, { host: '127.0.0.1', port: 0 })
      try {
        return await fetch(`${server.url}${path}/state${query}`, {
          method: 'POST',
          body: new Uint8Array(bytes),
        })
      } finally {
        await server.close()
      }
    },
  }
}

describe('a state that is pushed', () => {
  test('is recorded once, as it is', async ({ db }) => {
    const { state, id, push } = await open(db)
    const bytes = aState({ serial: 1 })

    const first = await answerOf(schema.PushedState, await push(bytes, '?reason=moved'))
    const again = await answerOf(schema.PushedState, await push(bytes))

    expect(first).toMatchObject({
      kind: 'written',
      version: { number: 1, cause: 'push', actor: 'ci', reason: 'moved' },
    })
    expect(again).toMatchObject({ kind: 'repeated', version: { number: 1 } })
    expect((await state.currentBytes(id))?.bytes).toEqual(bytes)
  })

  test('that does not fit is kept, unless somebody who may says why it must', async ({ db }) => {
    const { state, id, push, as, path } = await open(db)
    await state.write(id, anUpload(aState({ serial: 5 })))
    const old = aState({ serial: 4, names: ['b'] })

    const rejected = await answerOf(schema.PushedState, await push(old))
    const weak = await refusal(await push(old, '?force=true&reason=x'))
    const mute = await refusal(await push(old, '?force=true', operator))
    const empty = await refusal(await push(Buffer.alloc(0)))

    expect(rejected).toMatchObject({ kind: 'rejected', code: 'serial' })
    expect([weak.status, mute.status, empty.status]).toEqual([403, 400, 400])
    expect((await state.current(id))?.number).toBe(1)
    const [kept] = await state.quarantined(id)
    const raw = `${path}/quarantine/${kept?.id}/state`
    expect((await refusal(await as(writer).get(raw))).status).toBe(403)
    const bytes = await (await as(operator).get(raw)).arrayBuffer()
    expect(Buffer.from(bytes)).toEqual(old)
    expect(await audited(db, 'state.read-raw')).toMatchObject([
      { actor: 'operator', details: { quarantined: kept?.id } },
    ])
    const forced = await push(old, '?force=true&reason=it+is+what+is+there', operator)
    expect(await answerOf(schema.PushedState, forced)).toMatchObject({
      kind: 'written',
      version: { number: 2, actor: 'operator' },
    })
  })

  test('passes the lock of its own person, and no other', async ({ db }) => {
    const { state, id, push } = await open(db)
    await state.hold(id, { actor: 'ci', reason: '' })

    const own = await answerOf(schema.PushedState, await push(aState({ serial: 1 })))
    const other = await push(aState({ serial: 2 }), '', operator)

    expect(own.kind).toBe('written')
    expect(await answerOf(schema.PushedState, other)).toMatchObject({
      kind: 'rejected',
      code: 'lock',
    })
  })
})

describe('what is recorded', () => {
  test('is listed for who may see it', async ({ db }) => {
    const { state, id, as } = await open(db)
    await state.write(id, anUpload(aState({ serial: 1 })))
    const list = (principal: Principal) => as(principal).get('/projects/shop/deployed')

    expect(await answerOf(z.array(schema.Deployed), await list(operator))).toEqual([
      {
        workspaceId: id,
        component: 'network',
        environment: 'prod',
        state: { version: 1, resources: 1, recordedAt: expect.any(String) },
        isAtRisk: false,
      },
    ])
    const elsewhere = aPrincipal('viewer', { environment: 'dev' })
    expect(await answerOf(z.array(schema.Deployed), await list(elsewhere))).toEqual([])
    const stranger = aPrincipal('viewer', { project: 'bank' })
    expect((await refusal(await list(stranger))).status).toBe(404)
  })

  test('goes along when a workspace gets another name', async ({ db }) => {
    const { state, id, as, path } = await open(db)
    await state.write(id, anUpload(aState({ serial: 1 })))
    const to = { component: 'net', environment: 'prod' }
    const rename = (principal: Principal, body: object) =>
      as(principal).send('POST', `${path}/rename`, body)

    const weak = await refusal(await rename(aPrincipal('viewer'), to))
    const only = aPrincipal('operator', { environment: 'prod' })
    const away = await refusal(await rename(only, { ...to, environment: 'dev' }))
    const renamed = await answerOf(schema.WorkspaceItem, await rename(operator, to))

    expect([weak.status, away.status]).toEqual([403, 404])
    expect(renamed).toMatchObject({ id, name: 'net@prod', stateVersion: 1 })
    expect(await audited(db, 'workspace.rename')).toMatchObject([{ subject: 'shop/net@prod' }])
  })

  test('keeps its name while something applies', async ({ db }) => {
    const { runs, id, as, path } = await open(db)
    await anApplyingRun(runs, id)

    const to = { component: 'net', environment: 'prod' }
    const refused = await refusal(await as(operator).send('POST', `${path}/rename`, to))

    expect(refused.status).toBe(409)
  })
})
