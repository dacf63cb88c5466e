import { describe, expect } from 'vitest'
import { password } from '../../../test/support/access.ts'
import { createAccessApp, startAccessApi, test } from '../../../test/support/access-api.ts'

const credentials = { name: 'alice', password }

function cookieOf(answer: { readonly headers: Headers }): string {
  return /^portolan_session=([^;]*)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? ''
}

describe('signing in', () => {
  test('answers who it is, with a cookie that no script reads', async ({
    access,
    admin,
    person,
    call,
  }) => {
    await person('alice', { role: 'approver', environment: 'prod' })
    await access.teams.put(admin.principal, 'sre', ['alice'])

    const answer = await call('POST', '/session', { body: credentials })

    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      name: 'alice',
      fullName: 'alice',
      via: 'session',
      csrf: expect.stringMatching(/^[\w-]{43}$/),
      teams: ['sre'],
      scopes: [{ role: 'approver', permissions: ['read', 'run:approve'], environment: 'prod' }],
    })
    expect(answer.headers.get('set-cookie')).toMatch(
      /^portolan_session=pts_[\w-]{32}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
    )
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const { csrf } = answer.body
    const cookie = `portolan_session=${cookieOf(answer)}`
    expect((await call('GET', '/session', { headers: { cookie } })).body).toEqual(answer.body)
    expect(csrf).not.toBe(cookieOf(answer))
  })

  test('refuses alike whoever it is, without asking the browser for a name', async ({
    person,
    call,
  }) => {
    await person('alice')
    const answers = [
      await call('POST', '/session', { body: { name: 'alice', password: 'wrong' } }),
      await call('POST', '/session', { body: { name: 'nobody', password } }),
    ]

    expect(answers[0]?.body).toEqual(answers[1]?.body)
    for (const { status, headers } of answers) {
      expect(status).toBe(401)
      expect(headers.get('www-authenticate')).toMatch(/^Bearer /)
      expect(headers.get('set-cookie')).toBeNull()
    }
  })

  test('is slowed down for who guesses, with when to come back', async ({ call }) => {
    const guess = { body: { name: 'alice', password: 'wrong' } }
    for (let at = 0; at < 5; at += 1)
      expect((await call('POST', '/session', guess)).status).toBe(401)

    const answer = await call('POST', '/session', guess)

    expect(answer.status).toBe(429)
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(answer.body).toMatchObject({ code: 'too_many' })
  })

  test.for([
    {},
    { name: 'Alice', password },
    { name: 'alice\0', password },
    { name: 'alice', password: 'x'.repeat(1001) },
    { name: ['alice'], password },
    'alice',
  ])('with %j is 400', async (body, { call }) => {
    expect((await call('POST', '/session', { body })).status).toBe(400)
  })

  test('takes no form that another page could send', async ({ api }) => {
    const answer = await fetch(`${api.url}/api/v1/session`, {
      method: 'POST',
      body: new URLSearchParams({ name: 'alice', password }),
    })

    expect(answer.status).toBe(400)
  })

  test('ends the session that was there: its cookie is nobody any more', async ({
    person,
    call,
  }) => {
    const planted = await person('mallory')
    await person('alice')
    const headers = { cookie: `portolan_session=${planted.cookie}` }

    const answer = await call('POST', '/session', { body: credentials, headers })

    expect(cookieOf(answer)).not.toBe(planted.cookie)
    expect((await call('GET', '/session', { headers })).status).toBe(401)
  })
})

describe('the cookie', () => {
  test.for([
    [{}, {}, false],
    [{ 'x-forwarded-proto': 'https' }, {}, false],
    [{ 'x-forwarded-proto': 'https' }, { trustedProxies: ['10.0.0.0/8'] }, false],
    [{ 'x-forwarded-proto': 'https' }, { trustedProxies: ['127.0.0.1'] }, true],
    [{ 'x-forwarded-proto': 'http' }, { trustedProxies: ['127.0.0.0/8'] }, false],
    [{}, { publicUrl: 'https://portolan.example.com/' }, true],
  ] as const)(
    'with %j and %j is secure: %s',
    async ([headers, settings, secure], { access, db, person }) => {
      await person('alice')
      const api = await startAccessApi(createAccessApp(access, db, settings))

      const answer = await api.call('POST', '/session', { body: credentials, headers })

      expect(answer.status).toBe(200)
      expect(answer.headers.get('set-cookie')?.includes('; Secure')).toBe(secure)
      await api.close()
    },
  )

  test('is taken away on signing out, and its session with it', async ({ person, call }) => {
    const alice = await person('alice')

    const answer = await call('DELETE', '/session', { as: alice })

    expect(answer.status).toBe(204)
    expect(answer.headers.get('set-cookie')).toMatch(
      /^portolan_session=; Max-Age=0; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    expect((await call('GET', '/session', { as: alice })).status).toBe(401)
  })
})

describe('a request of a session', () => {
  const wish = { name: 'bob', fullName: 'Bob' }

  test('changes something only with the proof that a page of ours sends it', async ({
    access,
    admin,
    person,
    call,
  }) => {
    const other = await person('alice')
    const cookie = `portolan_session=${admin.cookie}`
    for (const headers of [
      { cookie },
      { cookie, 'x-csrf-token': '' },
      { cookie, 'x-csrf-token': other.csrf },
      { cookie, 'x-csrf-token': admin.cookie },
    ]) {
      const answer = await call('POST', '/people', { headers, body: wish })
      expect(answer.status).toBe(403)
      expect(answer.body.detail).toContain('X-CSRF-Token')
    }
    expect(await access.people.list()).toHaveLength(2)

    expect((await call('GET', '/people', { headers: { cookie } })).status).toBe(200)
    expect((await call('POST', '/people', { as: admin, body: wish })).status).toBe(201)
  })

  test.for([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: 'SELF' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://127.0.0.1:1' }, 403],
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://behind.a.proxy' }, 201],
    [{ origin: 'SELF' }, 201],
    [{}, 201],
  ] as const)('with %j is answered %i', async ([headers, status], { admin, api }) => {
    const sent = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value === 'SELF' ? api.url : value]),
    )

    expect(
      (await api.call('POST', '/people', { as: admin, body: wish, headers: sent })).status,
    ).toBe(status)
    const signIn = await api.call('POST', '/session', {
      body: { name: 'admin', password },
      headers: sent,
    })
    expect(signIn.status).toBe(status === 201 ? 200 : 403)
  })

  test('of another page is refused with a token too: browsers send one for Basic unasked', async ({
    access,
    call,
  }) => {
    const { token } = await access.tokens.create({
      name: 'ci',
      permissions: ['admin'],
      actor: 'me',
    })
    const authorization = `Basic ${Buffer.from(`x:${token}`).toString('base64')}`

    const foreign = { authorization, 'sec-fetch-site': 'cross-site' }
    expect((await call('POST', '/people', { body: wish, headers: foreign })).status).toBe(403)
    expect((await call('POST', '/people', { body: wish, headers: { authorization } })).status).toBe(
      201,
    )
  })
})

describe('a token', () => {
  test('is told who it is: what its person may, within its limits', async ({
    access,
    person,
    project,
    call,
  }) => {
    await project('shop')
    const alice = await person('alice', { role: 'applier' }, { role: 'viewer', project: 'shop' })
    const { token } = await access.tokens.createFor(alice.principal, {
      name: 'mine',
      permissions: ['change:plan'],
      personal: true,
      environment: 'dev',
    })

    const answer = await call('GET', '/session', { as: token })

    expect(answer.body).toEqual({
      name: 'alice',
      fullName: 'alice',
      via: 'token',
      teams: [],
      scopes: [{ permissions: ['change:plan'], environment: 'dev' }],
    })
  })

  test('stands in for no session: a wrong one is 401, whatever cookie comes with it', async ({
    admin,
    call,
  }) => {
    for (const authorization of ['Bearer ptl_wrong', 'Bearer', 'Basic %', 'Digest x', '']) {
      const headers = { cookie: `portolan_session=${admin.cookie}`, authorization }
      const answer = await call('GET', '/session', { headers })
      expect(answer.status, authorization).toBe(401)
    }
  })

  test('neither signs out nor has a password', async ({ access, call }) => {
    const { token } = await access.tokens.create({
      name: 'ci',
      permissions: ['admin'],
      actor: 'me',
    })
    const change = { current: password, password: 'another horse battery' }

    expect((await call('DELETE', '/session', { as: token })).status).toBe(403)
    expect((await call('POST', '/session/password', { as: token, body: change })).status).toBe(403)
  })
})

describe('a link', () => {
  test('says whose it is, and signs in once', async ({ access, admin, call }) => {
    await access.people.create(admin.principal, { name: 'alice', fullName: 'Alice A.' })
    const made = await call('POST', '/people/alice/link', { as: admin })
    expect(made.status).toBe(201)
    expect(made.body.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/link\/ptk_[\w-]{32}$/)
    expect(made.headers.get('cache-control')).toBe('no-store')
    const path = `/session/links/${made.body.url.split('/').at(-1)}`

    expect((await call('GET', path)).body).toEqual({
      name: 'alice',
      fullName: 'Alice A.',
      hasPassword: false,
    })
    expect((await call('POST', path, { body: {} })).status).toBe(400)
    const uses = await Promise.all([1, 2].map(() => call('POST', path, { body: { password } })))

    expect(uses.map(({ status }) => status).sort()).toEqual([200, 404])
    const opened = uses.find(({ status }) => status === 200)
    expect(opened?.body).toMatchObject({ name: 'alice', via: 'session' })
    expect(opened?.headers.get('set-cookie')).toMatch(/^portolan_session=pts_/)
    expect((await call('GET', path)).status).toBe(404)
  })

  test('leads to the public address of the server', async ({ access, admin, db }) => {
    const settings = { publicUrl: 'https://portolan.example.com' }
    const api = await startAccessApi(createAccessApp(access, db, settings))
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }

    const { body } = await api.call('POST', '/people/admin/link', { as: admin, headers })

    expect(body.url).toMatch(/^https:\/\/portolan\.example\.com\/link\//)
    await api.close()
  })

  test.for(['x', 'ptk_', 'ptk_%00', `ptk_${'x'.repeat(5000)}`])(
    '%s is none',
    async (token, { call }) => {
      expect((await call('GET', `/session/links/${token}`)).status).toBe(400)
      expect((await call('POST', `/session/links/${token}`, { body: {} })).status).toBe(400)
    },
  )
})

test('another password is answered with another session', async ({ person, call }) => {
  const alice = await person('alice')
  const change = { current: password, password: 'another horse battery' }

  const wrong = await call('POST', '/session/password', {
    as: alice,
    body: { ...change, current: 'x' },
  })
  const answer = await call('POST', '/session/password', { as: alice, body: change })

  expect(wrong.status).toBe(403)
  expect(answer.status).toBe(200)
  expect(answer.body.csrf).not.toBe(alice.csrf)
  expect((await call('GET', '/session', { as: alice })).status).toBe(401)
  const cookie = `portolan_session=${cookieOf(answer)}`
  expect((await call('GET', '/session', { headers: { cookie } })).status).toBe(200)
})
