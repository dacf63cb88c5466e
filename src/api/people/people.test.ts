import { generateSpecs } from 'hono-openapi'
import { describe, expect } from 'vitest'
import { createAccessApp, test } from '../../../test/support/access-api.ts'
import { type Permission, permissionsOf, roles } from '../../access/index.ts'

interface Described {
  readonly method: string
  readonly path: string
  readonly demands: string
}

async function routesOf(app: ReturnType<typeof createAccessApp>): Promise<Described[]> {
  const { paths } = await generateSpecs(app)
  return Object.entries(paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods ?? {}).flatMap(([method, description]) => {
      const demands: unknown = Reflect.get(Object(description), 'x-demands')
      return typeof demands === 'string'
        ? [{ method: method.toUpperCase(), path: path.replace('/api/v1', ''), demands }]
        : []
    }),
  )
}

// What makes each route get past the reading of what was sent.
const bodies: Readonly<Record<string, unknown>> = {
  'POST /session': { name: 'nobody', password: 'x' },
  'POST /session/password': { current: 'x', password: 'another horse battery' },
  'POST /session/links/{token}': {},
  'POST /people': { name: 'new', fullName: 'New' },
  'PATCH /people/{name}': {},
  'PUT /teams/{name}': { members: [] },
  'POST /grants': { person: 'ghost', role: 'viewer' },
  'POST /tokens': { name: 'new', permissions: ['read'] },
  'POST /identities': { host: 'github.com', login: 'ghost', person: 'ghost' },
}

function addressOf({ path }: Described, grant: string): string {
  return path
    .replace('{token}', `ptk_${'x'.repeat(32)}`)
    .replace('{id}', grant)
    .replace('{name}', 'ghost')
}

describe('every route', () => {
  test('but those that say so needs to know who asks', async ({ access, db, call }) => {
    const routes = await routesOf(createAccessApp(access, db))
    expect(routes.length).toBeGreaterThan(19)

    for (const route of routes) {
      const { method, path, demands } = route
      const body = bodies[`${method} ${path}`]
      for (const headers of [{}, { cookie: 'portolan_session=pts_wrong' }]) {
        const sent = { headers, ...(body === undefined ? {} : { body }) }
        const answer = await call(method, addressOf(route, crypto.randomUUID()), sent)
        const isOpen = demands === 'nobody'
        const signedIn = path === '/session' && method === 'POST'
        if (isOpen && !signedIn) expect(answer.status, `${method} ${path}`).toBe(404)
        else expect(answer.status, `${method} ${path}`).toBe(401)
        const nobody = answer.body.detail === 'nobody is signed in'
        expect(nobody, `${method} ${path}`).toBe(!isOpen)
      }
    }
  })

  test.for(roles)(
    'lets %s do what the role permits',
    async (role, { access, db, person, call }) => {
      const someone = await person('someone', { role })
      const [grant] = await access.grants.list()
      const may = (demands: string) =>
        demands === 'signed-in' || permissionsOf[role].some((one: Permission) => one === demands)
      const routes = (await routesOf(createAccessApp(access, db)))
        .filter(({ demands }) => demands !== 'nobody')
        // These end the session, or change what all others need.
        .filter(
          ({ path, method }) =>
            !path.startsWith('/session') && `${method} ${path}` !== 'DELETE /grants/{id}',
        )

      for (const route of routes) {
        const body = bodies[`${route.method} ${route.path}`]
        const sent = { as: someone, ...(body === undefined ? {} : { body }) }
        const { status } = await call(route.method, addressOf(route, grant?.id ?? ''), sent)
        expect(status === 403, `${route.method} ${route.path}: ${status}`).toBe(!may(route.demands))
      }
      const taken = await call('DELETE', `/grants/${grant?.id}`, { as: someone })
      expect(taken.status).toBe(role === 'admin' ? 204 : 403)
    },
  )

  test.for(['/sessions', '/session/', '/session/links/a/b', '/x/api/v1/session', '/people/x/y'])(
    'that there is not is 401 too: %s',
    async (path, { call }) => {
      for (const method of ['GET', 'POST']) expect((await call(method, path)).status).toBe(401)
    },
  )
})

describe('people, teams and roles', () => {
  test('are made by an administrator and read by everybody', async ({
    admin,
    person,
    project,
    call,
  }) => {
    await project('shop')
    const alice = await person('alice')
    const as = admin

    const bob = await call('POST', '/people', { as, body: { name: 'bob', fullName: ' Bob B. ' } })
    const team = await call('PUT', '/teams/sre', { as, body: { members: ['bob', 'alice'] } })
    const wish = { team: 'sre', role: 'approver', project: 'shop', environment: 'prod' }
    const grant = await call('POST', '/grants', { as, body: wish })

    expect(bob).toMatchObject({
      status: 201,
      body: { name: 'bob', fullName: 'Bob B.', status: 'invited' },
    })
    expect(team).toMatchObject({ status: 200, body: { name: 'sre', members: ['alice', 'bob'] } })
    expect(grant).toMatchObject({ status: 201, body: { ...wish, createdBy: 'admin' } })
    const read = async (path: string) => (await call('GET', path, { as: alice })).body
    expect(await read('/teams')).toEqual([team.body])
    expect(await read('/grants')).toContainEqual(grant.body)
    const people = await read('/people')
    expect(people).toContainEqual({ ...bob.body, teams: ['sre'] })
    expect(JSON.stringify(people)).not.toMatch(/scrypt|password/)

    await call('PATCH', '/people/bob', { as, body: { disabled: true } })
    expect((await read('/people')).find((one: { name: string }) => one.name === 'bob').status).toBe(
      'disabled',
    )
    expect((await call('DELETE', '/teams/sre', { as })).status).toBe(204)
    expect(await read('/grants')).not.toContainEqual(grant.body)
  })

  test('of a project are given by its administrator, who does not learn of others', async ({
    person,
    project,
    call,
  }) => {
    await project('shop')
    await project('bank')
    await person('bob')
    const as = await person('alice', { role: 'admin', project: 'shop' })
    const give = async (place: object) =>
      (await call('POST', '/grants', { as, body: { person: 'bob', role: 'viewer', ...place } }))
        .status

    expect(await give({ project: 'shop' })).toBe(201)
    expect(await give({ project: 'shop', environment: 'dev' })).toBe(201)
    expect(await give({ project: 'bank' })).toBe(404)
    expect(await give({ project: 'ghost' })).toBe(404)
    expect(await give({})).toBe(403)
    expect((await call('PUT', '/teams/sre', { as, body: { members: ['alice'] } })).status).toBe(403)
  })
})

describe('tokens', () => {
  test('are shown once, listed without, and revoked', async ({ person, call }) => {
    const as = await person('alice', { role: 'planner' })
    const body = { name: 'my laptop', permissions: ['read'], expiresAt: '2099-01-01T00:00:00.000Z' }

    const made = await call('POST', '/tokens', { as, body })

    expect(made.status).toBe(201)
    expect(made.headers.get('cache-control')).toBe('no-store')
    const { token, record } = made.body
    expect(record).toMatchObject({ ...body, person: 'alice', createdBy: 'alice' })
    expect((await call('GET', '/session', { as: token })).body.name).toBe('alice')
    const listed = await call('GET', '/tokens', { as })
    expect(listed.body).toMatchObject([{ name: 'my laptop', lastUsedAt: expect.any(String) }])
    expect(JSON.stringify(listed.body)).not.toContain(token.slice(4))

    expect((await call('DELETE', '/tokens/my%20laptop', { as })).status).toBe(204)
    expect((await call('GET', '/session', { as: token })).status).toBe(401)
  })

  test('get nothing that their maker has not', async ({ person, call }) => {
    const as = await person('alice', { role: 'planner' })
    const status = async (wish: object) =>
      (await call('POST', '/tokens', { as, body: { name: 'x', permissions: ['read'], ...wish } }))
        .status

    expect(await status({ permissions: ['change:apply'] })).toBe(403)
    expect(await status({ personal: false })).toBe(403)
    expect(await status({ permissions: [] })).toBe(400)
    expect(await status({ permissions: ['everything'] })).toBe(400)
    expect(await status({ expiresAt: '2001-01-01T00:00:00Z' })).toBe(400)
    expect(await status({})).toBe(201)
  })
})

describe('the audit log', () => {
  test('comes in pages, newest first, by actor and subject', async ({ admin, person, call }) => {
    for (const name of ['alice', 'bob', 'carol']) await person(name)
    const read = async (query: string) => (await call('GET', `/audit?${query}`, { as: admin })).body

    const ids: number[] = []
    let next: string | null = ''
    while (next !== null) {
      const page: { items: { id: number }[]; next: string | null } = await read(
        next === '' ? 'limit=4' : `limit=4&cursor=${next}`,
      )
      expect(page.items.length).toBeLessThanOrEqual(4)
      ids.push(...page.items.map(({ id }) => id))
      next = page.next
    }
    const all = await read('limit=200')
    expect(ids).toEqual(all.items.map(({ id }: { id: number }) => id))
    expect(ids).toEqual([...ids].sort((one, other) => other - one))
    expect(all.next).toBeNull()

    const { items } = await read('actor=admin&subject=bob')
    expect(items.map((one: { action: string }) => one.action)).toEqual([
      'person.link',
      'person.create',
    ])
    expect(items[0]).toMatchObject({ at: expect.stringMatching(/Z$/), details: {} })
    expect((await read("subject=x'%20or%20true--")).items).toEqual([])
    expect((await call('GET', '/audit?cursor=x', { as: admin })).status).toBe(400)
    expect((await call('GET', '/audit?subject=%00', { as: admin })).status).toBe(400)
  })

  test('is for who may read it; of a place for who may there', async ({
    access,
    admin,
    person,
    project,
    call,
  }) => {
    await project('shop')
    await project('bank')
    const viewer = await person('vera', { role: 'viewer' })
    const auditor = await person('otto', { role: 'operator', project: 'shop' })
    await access.grants.give(admin.principal, { person: 'vera', role: 'viewer', project: 'bank' })

    expect((await call('GET', '/audit', { as: viewer })).status).toBe(403)
    const { items } = (await call('GET', '/audit', { as: auditor })).body
    expect(items).toMatchObject([
      { action: 'grant.create', subject: 'otto', details: { project: 'shop' } },
    ])
  })
})
