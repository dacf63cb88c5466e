import { randomBytes, randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import type { Kysely } from 'kysely'
import { pino } from 'pino'
import { expect } from 'vitest'
import { z } from 'zod'
import { test } from '../../../test/support/database.ts'
import { type Principal, permissionsOf, type Role } from '../../access/index.ts'
import type { DB } from '../../platform/db/schema.gen.ts'
import { problem } from '../../platform/http/problem.ts'
import { createSeal } from '../../secrets/index.ts'
import { createVariableService } from '../../variables/index.ts'
import type { ApiEnv } from '../deps.ts'
import { variablesRoutes } from './routes.ts'
import { EffectiveVariable, Variable } from './schema.ts'

const log = pino({ enabled: false })
const secret = 'correct horse battery staple'
const token = { kind: 'environment', name: 'TOKEN', value: secret }

async function open(db: Kysely<DB>) {
  await db
    .insertInto('projects')
    .values({ id: randomUUID(), name: 'shop', repository: 'shop' })
    .execute()
  const key = randomBytes(32)
  const variables = createVariableService(db, { sealFor: (purpose) => createSeal(key, purpose) })
  return (principal: Principal) => {
    const api = new Hono<ApiEnv>()
      .use(async (c, next) => {
        c.set('principal', principal)
        await next()
      })
      .route('/', variablesRoutes({ context: { variables } }))
      .onError((error) => problem(error, log))
    const call = (method: string, path: string, body?: object) =>
      api.request(path, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
      })
    return {
      list: () => call('GET', '/projects/shop/variables'),
      set: (body: object) => call('PUT', '/projects/shop/variables', body),
      remove: (id: string) => call('DELETE', `/projects/shop/variables/${id}`),
      effective: (name: string) =>
        call('GET', `/projects/shop/workspaces/${encodeURIComponent(name)}/variables`),
    }
  }
}

function person(role: Role, place: { readonly project?: string; readonly environment?: string }) {
  const scope = {
    permissions: permissionsOf[role],
    project: place.project,
    environment: place.environment,
  }
  const principal: Principal = {
    name: role,
    personId: undefined,
    via: 'session',
    scopes: [scope],
    limit: undefined,
  }
  return principal
}

const everywhere = person('operator', {})

test('a variable is written, listed without its value, seen where it counts, and removed', async ({
  db,
}) => {
  const api = (await open(db))(everywhere)
  const answers: string[] = []
  const text = async (response: Response) => {
    const body = await response.text()
    answers.push(body)
    return body
  }

  await text(await api.set(token))
  const set = await api.set({ ...token, environment: 'prod', component: 'teams/db' })
  const made = Variable.parse(JSON.parse(await text(set)))
  expect(made).toMatchObject({ phase: 'both', updatedBy: 'operator', component: 'teams/db' })
  const listed = z.array(Variable).parse(JSON.parse(await text(await api.list())))
  expect(listed).toMatchObject([{ name: 'TOKEN' }, { id: made.id }])
  const effective = JSON.parse(await text(await api.effective('teams/db@prod')))
  expect(z.array(EffectiveVariable).parse(effective)).toEqual([
    {
      ...made,
      from: 'component teams/db in prod',
      phases: ['plan', 'apply'],
      hidden: [{ id: listed[0]?.id, from: 'project' }],
    },
  ])

  expect((await api.remove(made.id)).status).toBe(204)
  expect((await api.remove(made.id)).status).toBe(404)
  expect(answers.join()).not.toMatch(/battery|sealed/)
})

test('a role in one environment writes there, and for all environments nowhere', async ({ db }) => {
  const as = await open(db)
  const api = as(person('operator', { project: 'shop', environment: 'dev' }))

  expect((await api.set({ ...token, environment: 'dev' })).status).toBe(200)
  expect((await api.set(token)).status).toBe(403)
  expect((await api.set({ ...token, component: 'db' })).status).toBe(403)
  expect((await api.set({ ...token, environment: 'prod' })).status).toBe(404)

  const wide = Variable.parse(await (await as(everywhere).set(token)).json())
  const prod = Variable.parse(
    await (await as(everywhere).set({ ...token, environment: 'prod' })).json(),
  )
  expect((await api.remove(wide.id)).status).toBe(403)
  expect((await api.remove(prod.id)).status).toBe(404)
  const seen = z.array(Variable).parse(await (await api.list()).json())
  expect(seen.map(({ environment }) => environment)).toEqual([undefined, 'dev'])
  expect((await api.effective('db@dev')).status).toBe(200)
  expect((await api.effective('db@prod')).status).toBe(404)
})

test('who may only read writes nothing; who has nothing here knows of nothing', async ({ db }) => {
  const as = await open(db)
  const made = Variable.parse(await (await as(everywhere).set(token)).json())

  const reader = as(person('applier', { project: 'shop' }))
  expect((await reader.list()).status).toBe(200)
  expect((await reader.set(token)).status).toBe(403)
  expect((await reader.remove(made.id)).status).toBe(403)

  const stranger = as(person('admin', { project: 'bank' }))
  const answers = await Promise.all([
    stranger.list(),
    stranger.set(token),
    stranger.remove(made.id),
    stranger.effective('db@prod'),
  ])
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
})

test('a refused name is told in the answer, and the value is not', async ({ db }) => {
  const api = (await open(db))(everywhere)

  for (const body of [
    { ...token, name: 'LD_PRELOAD' },
    { ...token, name: 'A B' },
    { ...token, kind: 'file' },
  ]) {
    const response = await api.set(body)
    expect(response.status).toBe(400)
    expect(await response.text()).not.toContain('battery')
  }
})
