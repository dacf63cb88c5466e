import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { createAccessService } from '../../src/access/index.ts'
import { addressPath } from '../../src/state/index.ts'
import { test as base, type Door, openDoor } from '../support/door.ts'
import {
  basic,
  drip,
  lockText,
  type RawAnswer,
  type RawRequest,
  send,
  sendBytes,
  stateText,
} from '../support/raw-client.ts'

const network = '/state/shop/network@prod'

type Raw = (method: string, path: string, request?: RawRequest) => Promise<RawAnswer>

/** A client that reads and writes, unless a request brings its own token. */
const test = base.extend<{ raw: Raw }>({
  raw: async ({ door, token }, use) => {
    await use((method, path, request = {}) => send(door.url, method, path, { token, ...request }))
  },
})

const post = (raw: Raw, text: string | Buffer, path = network) => raw('POST', path, { body: text })

function problemOf(answer: RawAnswer): Record<string, unknown> {
  expect(answer.headers['content-type']).toBe('application/problem+json')
  return JSON.parse(answer.body.toString())
}

async function quarantined(door: Door, path = 'shop/network@prod') {
  return door.state.quarantined(await door.workspace(path))
}

describe('reading', () => {
  test('404 only where nothing was ever recorded', async ({ raw }) => {
    expect((await raw('GET', network)).status).toBe(404)
    await raw('LOCK', network, { body: lockText('l1') })
    expect((await raw('GET', network)).status).toBe(404)

    await post(raw, stateText({ serial: 0 }), `${network}?ID=l1`)

    expect((await raw('GET', network)).status).toBe(200)
  })

  test('gives back the exact bytes, with their length and MD5', async ({ raw }) => {
    const text = stateText({ serial: 3, output: 'é 12345678901234567890' })
    await post(raw, text)

    const answer = await raw('GET', network)

    expect(answer.body.toString()).toBe(text)
    expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(text)))
    expect(answer.headers['content-md5']).toBe(createHash('md5').update(text).digest('base64'))
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  test.for([
    ['gzip', true],
    ['deflate, gzip;q=0.5', true],
    ['gzip;q=0', false],
    ['identity', false],
    ['x-gzip-like', false],
  ] as const)('Accept-Encoding: %s', async ([encoding, compressed], { raw }) => {
    const text = stateText({ serial: 0 })
    await post(raw, text)

    const answer = await raw('GET', network, { headers: { 'accept-encoding': encoding } })

    expect(answer.headers['content-encoding']).toBe(compressed ? 'gzip' : undefined)
    expect(answer.headers['content-length']).toBe(String(answer.body.length))
    expect((compressed ? gunzipSync(answer.body) : answer.body).toString()).toBe(text)
  })

  test('HEAD says the same without the bytes', async ({ raw }) => {
    const text = stateText({ serial: 0 })
    await post(raw, text)

    const answer = await raw('HEAD', network)

    expect(answer).toMatchObject({ status: 200, body: Buffer.alloc(0) })
    expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(text)))
  })
})

describe('who may', () => {
  test.for(['GET', 'POST', 'LOCK', 'UNLOCK', 'DELETE', 'PUT'])(
    '%s without a token, or with a wrong one, is 401 and never 404',
    async (method, { door }) => {
      for (const headers of [
        {},
        { authorization: basic('ptl_wrong') },
        { authorization: 'Basic %' },
      ]) {
        const answer = await send(door.url, method, network, { headers })
        expect(answer.status).toBe(401)
        expect(answer.headers['www-authenticate']).toMatch(/^Basic /)
      }
      expect(await door.projects.list()).toEqual([])
    },
  )

  test('each method needs its permission', async ({ door, raw }) => {
    await post(raw, stateText({ serial: 0 }))
    const reader = await door.token('state:read')
    const writer = await door.token('state:write')
    const status = async (token: string, method: string, body?: string) =>
      (await send(door.url, method, network, { token, ...(body === undefined ? {} : { body }) }))
        .status

    expect(await status(reader, 'GET')).toBe(200)
    expect(await status(reader, 'POST', stateText({ serial: 1 }))).toBe(403)
    expect(await status(reader, 'LOCK', lockText('l1'))).toBe(403)
    expect(await status(reader, 'UNLOCK', lockText('l1'))).toBe(403)
    expect(await status(writer, 'GET')).toBe(403)
    expect(await status(writer, 'UNLOCK')).toBe(403)
    expect(await status(writer, 'LOCK', lockText('l1'))).toBe(200)
    expect(await status(await door.token('admin'), 'UNLOCK')).toBe(200)
  })

  test('a token permits at its own place alone', async ({ db, door, raw }) => {
    for (const path of [network, '/state/shop/network@dev', '/state/bank/network@prod']) {
      await post(raw, stateText({ serial: 0, lineage: path }), path)
    }
    const access = createAccessService(db)
    const root = await access.authenticateToken(await door.token('admin'))
    if (root === undefined) throw new Error('no token')
    const wish = { permissions: ['state:read', 'state:write'], personal: false }
    const make = async (name: string, place: object) =>
      (await access.tokens.createFor(root, { ...wish, ...place, name })).token
    const tokens = [
      await make('shop', { project: 'shop' }),
      await make('prod', { environment: 'prod' }),
      await make('shop-prod', { project: 'shop', environment: 'prod' }),
    ]
    const statuses = async (path: string) =>
      Promise.all(
        tokens.flatMap((token) => [
          send(door.url, 'GET', path, { token }).then(({ status }) => status),
          send(door.url, 'LOCK', path, { token, body: '{}' }).then(({ status }) => status),
        ]),
      )

    expect(await statuses(network)).toEqual([200, 400, 200, 400, 200, 400])
    expect(await statuses('/state/shop/network@dev')).toEqual([200, 400, 403, 403, 403, 403])
    expect(await statuses('/state/bank/network@prod')).toEqual([403, 403, 200, 400, 403, 403])
    expect(await statuses('/state/new/network@dev')).toEqual([403, 403, 403, 403, 403, 403])
  })

  test('a token works as the password of any user and as a bearer', async ({ door }) => {
    const token = await door.token('state:read')

    const bearer = await send(door.url, 'GET', network, {
      headers: { authorization: `Bearer ${token}` },
    })

    expect(bearer.status).toBe(404)
    expect((await send(door.url, 'GET', network, { token })).status).toBe(404)
  })
})

describe('writing', () => {
  test('the same again is 200 and recorded once', async ({ door, raw }) => {
    const text = stateText({ serial: 0 })

    expect((await post(raw, text)).status).toBe(200)
    expect((await post(raw, text)).status).toBe(200)

    const history = await door.state.history(await door.workspace('shop/network@prod'), {
      limit: 9,
    })
    expect(history).toMatchObject([{ serial: 0, actor: 'token-1', cause: 'client' }])
  })

  test.for([
    ['another lineage', { serial: 6, lineage: 'other' }, 'lineage'],
    ['an older serial', { serial: 4 }, 'serial'],
    ['the same serial with other bytes', { serial: 5, output: 'x' }, 'serial'],
    ['a serial that skips one, without a lock', { serial: 7 }, 'serial'],
    ['no resources', { serial: 6, resources: [] }, 'empty'],
  ] as const)(
    '%s is 409, kept whole, and the old state stays',
    async ([, shape, code], { door, raw }) => {
      const before = stateText({ serial: 5, resources: ['a', 'b'] })
      await post(raw, before)
      const rejected = stateText({ resources: ['a', 'b'], ...shape })

      const answer = await post(raw, rejected)

      expect(answer.status).toBe(409)
      expect((await raw('GET', network)).body.toString()).toBe(before)
      const [kept] = await quarantined(door)
      expect(kept).toMatchObject({ code, actor: 'token-1', atRisk: false })
      expect((await door.state.quarantinedBytes(kept?.id ?? '')).toString()).toBe(rejected)
      expect(problemOf(answer)).toMatchObject({
        details: { rejection: code, quarantined: kept?.id },
      })
      expect(door.log).toContainEqual(
        expect.objectContaining({ msg: 'a state was rejected', quarantined: kept?.id, code }),
      )
    },
  )

  test('under a lock of somebody else it is 423', async ({ door, raw }) => {
    await post(raw, stateText({ serial: 0 }))
    await raw('LOCK', network, { body: lockText('l1') })

    const without = await post(raw, stateText({ serial: 1 }))
    const wrong = await post(raw, stateText({ serial: 1, output: 'x' }), `${network}?ID=l2`)

    expect([without.status, wrong.status]).toEqual([423, 423])
    expect(await quarantined(door)).toHaveLength(2)
    expect((await post(raw, stateText({ serial: 1 }), `${network}?x=1&ID=l1`)).status).toBe(200)
  })

  test('under its own lock a serial may skip', async ({ raw }) => {
    await post(raw, stateText({ serial: 0 }))
    await raw('LOCK', network, { body: lockText('l1') })

    expect((await post(raw, stateText({ serial: 4 }), `${network}?ID=l1`)).status).toBe(200)
  })

  test('what was damaged on its way counts for nothing', async ({ door, raw }) => {
    await post(raw, stateText({ serial: 0 }))
    for (const md5 of ['', 'nonsense', createHash('md5').update('other').digest('base64')]) {
      const answer = await raw('POST', network, {
        body: stateText({ serial: 1 }),
        headers: { 'content-md5': md5 },
      })
      expect(answer.status).toBe(400)
    }

    expect(await quarantined(door)).toEqual([])
  })

  test('a wrong Content-MD5 makes no workspace', async ({ door, raw }) => {
    await raw('POST', network, { body: stateText({ serial: 0 }), headers: { 'content-md5': 'x' } })

    expect(await door.projects.list()).toEqual([])
  })

  test.for([
    ['no JSON', 'not json'],
    ['cut JSON', stateText({ serial: 1 }).slice(0, -20)],
    ['an array', '[]'],
    ['null', 'null'],
    ['no serial', '{"version":4,"lineage":"line","resources":[]}'],
    ['a negative serial', stateText({ serial: -1 })],
    [
      'a serial beyond 2^53',
      stateText({ serial: 0 }).replace('"serial": 0', '"serial": 9007199254740993'),
    ],
    ['a serial in words', stateText({ serial: 0 }).replace('"serial": 0', '"serial": "1"')],
    ['a serial twice', stateText({ serial: 1 }).replace('"serial": 1', '"serial": 1, "serial": 9')],
    ['100,000 levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['100,000 levels without an end', '{"a":'.repeat(100_000)],
    ['broken UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['NUL', `${stateText({ serial: 1 })}\0`],
    ['gzip', gzipSync(stateText({ serial: 1 }))],
  ] as const)('%s is 400, kept, and the old state stays', async ([, body], { door, raw }) => {
    const before = stateText({ serial: 0 })
    await post(raw, before)

    const answer = await post(raw, body)

    expect(answer.status).toBe(400)
    expect(problemOf(answer)).toMatchObject({ details: { rejection: 'malformed' } })
    expect(await quarantined(door)).toMatchObject([{ code: 'malformed', atRisk: false }])
    expect((await raw('GET', network)).body.toString()).toBe(before)
  })

  test('deep nesting inside an attribute does not bring the server down', async ({ raw }) => {
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`
    const text = stateText({ serial: 0 }).replace('"input": null', `"input": ${deep}`)

    const answer = await post(raw, text)

    expect([200, 400]).toContain(answer.status)
    if (answer.status === 200) expect((await raw('GET', network)).body.toString()).toBe(text)
    expect((await raw('GET', '/healthz')).status).toBe(200)
  })

  test('an empty upload is 400 and leaves nothing', async ({ door, raw }) => {
    expect((await post(raw, '')).status).toBe(400)
    expect((await raw('POST', network)).status).toBe(400)
    expect(await door.projects.list()).toEqual([])
  })

  test('a body without a length is taken, an encoded one is not', async ({ raw }) => {
    const text = stateText({ serial: 0 })
    const chunked = await raw('POST', network, {
      body: text,
      headers: { 'transfer-encoding': 'chunked' },
    })
    const encoded = await raw('POST', network, {
      body: gzipSync(text),
      headers: { 'content-encoding': 'gzip' },
    })

    expect(chunked.status).toBe(200)
    expect(encoded.status).toBe(400)
  })

  test('two lock ids in one address are refused', async ({ raw }) => {
    expect((await post(raw, stateText({ serial: 0 }), `${network}?ID=a&ID=b`)).status).toBe(400)
  })
})

describe('uploads that are too large, too slow, cut', () => {
  const limits = { upload: 64 * 1024 }

  test('above the limit it is 413, whether announced or not', async ({ db }) => {
    const door = await openDoor(db, { limits })
    const token = await door.token('state:write')
    const body = stateText({ serial: 0, output: 'x'.repeat(limits.upload) })

    const announced = await send(door.url, 'POST', network, { token, body })
    const chunked = await send(door.url, 'POST', network, {
      token,
      body,
      headers: { 'transfer-encoding': 'chunked' },
    })
    const lock = await send(door.url, 'LOCK', network, {
      token,
      body: lockText('x'.repeat(70_000)),
    })

    expect([announced.status, chunked.status, lock.status]).toEqual([413, 413, 413])
    expect(announced.headers.connection).toBe('close')
    expect(await door.projects.list()).toEqual([])
    await door.close()
  })

  test('a byte now and then is cut off when the time is over', async ({ db }) => {
    const door = await openDoor(db, { limits: { arrival: 300 } })
    const token = await door.token('state:write')
    const head = `POST ${network} HTTP/1.1\r\nHost: a\r\nAuthorization: ${basic(token)}\r\n`

    const said = await drip(door.url, `${head}Content-Length: 5000\r\n\r\n`)

    expect(said).toMatch(/^HTTP\/1\.1 503 /)
    expect(said).toMatch(/\r\nconnection: close\r\n/i)
    expect(said).toMatch(/did not arrive within 0\.3 seconds/)
    expect(await door.projects.list()).toEqual([])
    await door.close()
  })

  test('an upload that ends before its length leaves nothing', async ({ door, raw }) => {
    await post(raw, stateText({ serial: 0 }))
    const token = await door.token('state:write')
    const text = stateText({ serial: 1 })
    const head = `POST ${network} HTTP/1.1\r\nHost: a\r\nAuthorization: ${basic(token)}\r\n`

    await sendBytes(door.url, `${head}Content-Length: ${text.length + 1}\r\n\r\n${text}`, true)
    await sendBytes(
      door.url,
      `${head}Transfer-Encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n`,
      true,
    )
    await expect
      .poll(
        () =>
          door.log.filter((line) => line['msg'] === 'the request ended before it was complete')
            .length,
        { timeout: 20_000 },
      )
      .toBe(2)

    expect(await quarantined(door)).toEqual([])
    expect((await raw('GET', network)).body.toString()).toBe(stateText({ serial: 0 }))
  })
})

describe('locks', () => {
  test('the holder is told 200 as often as it asks; others see who holds it', async ({ raw }) => {
    const mine = await raw('LOCK', network, { body: lockText('l1') })
    const again = await raw('LOCK', network, { body: lockText('l1') })
    const other = await raw('LOCK', network, { body: lockText('l2', 'bob@desk') })

    expect([mine.status, again.status, other.status]).toEqual([200, 200, 423])
    expect(JSON.parse(mine.body.toString())).toMatchObject({ ID: 'l1' })
    const info = JSON.parse(other.body.toString())
    expect(info).toMatchObject({
      ID: expect.stringMatching(/^terraform apply by token-1 \(alice@laptop\), since \d{4}-/),
      Who: 'alice@laptop',
      Operation: 'OperationTypeApply',
      Version: '1.11.4',
      Created: '2026-05-01T12:03:04.000000005Z',
    })
    expect(other.body.toString()).not.toContain('l1')
  })

  test('the same id from somebody else is not the holder asking again', async ({ raw }) => {
    await raw('LOCK', network, { body: lockText('l1') })

    expect((await raw('LOCK', network, { body: lockText('l1', 'bob@desk') })).status).toBe(423)
  })

  test('releasing is 200, also again; a released id is dead', async ({ door, raw }) => {
    await raw('LOCK', network, { body: lockText('l1') })
    const released = await raw('UNLOCK', network, { body: lockText('l1') })
    const again = await raw('UNLOCK', network, { body: lockText('l1') })
    const revived = await raw('LOCK', network, { body: lockText('l1') })

    expect([released.status, again.status, revived.status]).toEqual([200, 200, 400])
    expect(await door.state.heldLock(await door.workspace('shop/network@prod'))).toBeUndefined()
  })

  test('another lock is not released, and its real id is not told', async ({ door, raw }) => {
    await raw('LOCK', network, { body: lockText('secret-id') })

    const answer = await raw('UNLOCK', network, { body: lockText('l2') })

    expect(answer.status).toBe(409)
    expect(answer.body.toString()).not.toContain('secret-id')
    expect(await door.state.heldLock(await door.workspace('shop/network@prod'))).toBeDefined()
  })

  test('an empty UNLOCK takes the lock away, with its own permission, audited', async ({
    db,
    door,
    raw,
  }) => {
    await raw('LOCK', network, { body: lockText('l1') })
    const token = await door.token('state:read', 'state:write', 'state:force-unlock')

    expect((await raw('UNLOCK', network)).status).toBe(403)
    expect((await send(door.url, 'UNLOCK', network, { token })).status).toBe(200)

    expect(await door.state.heldLock(await door.workspace('shop/network@prod'))).toBeUndefined()
    expect((await raw('LOCK', network, { body: lockText('l1') })).status).toBe(400)
    const audited = await db.selectFrom('audit_log').selectAll().execute()
    expect(audited).toContainEqual(
      expect.objectContaining({ actor: 'token-2', action: expect.stringContaining('force') }),
    )
  })

  test('OpenTofu forces with the id that it was shown', async ({ door, raw }) => {
    await raw('LOCK', network, { body: lockText('l1') })
    const refused = await raw('LOCK', network, { body: lockText('l2') })
    const { ID } = JSON.parse(refused.body.toString())
    const body = JSON.stringify({ ID, Created: '0001-01-01T00:00:00Z' })
    const token = await door.token('state:write', 'state:force-unlock')

    expect((await raw('UNLOCK', network, { body })).status).toBe(403)
    expect((await send(door.url, 'UNLOCK', network, { token, body })).status).toBe(200)
    expect(await door.state.heldLock(await door.workspace('shop/network@prod'))).toBeUndefined()
  })

  test("a run's lock is shown as text and opens to nobody who repeats it", async ({
    door,
    raw,
  }) => {
    await post(raw, stateText({ serial: 0 }))
    const workspace = await door.workspace('shop/network@prod')
    const id = 'run-42 by alice, applying since 12:03'
    const info = {
      ID: id,
      Operation: 'OperationTypeApply',
      Info: '',
      Who: 'alice',
      Version: '',
      Created: '',
      Path: '',
    }
    await door.state.lock(workspace, { id, kind: 'run', actor: 'alice', info })

    const refused = await raw('LOCK', network, { body: lockText('l1') })
    const posing = await raw('LOCK', network, { body: JSON.stringify(info) })
    const write = await post(
      raw,
      stateText({ serial: 1 }),
      `${network}?ID=${encodeURIComponent(id)}`,
    )
    const release = await raw('UNLOCK', network, { body: JSON.stringify(info) })

    expect(JSON.parse(refused.body.toString())).toMatchObject({ ID: id })
    expect([refused.status, posing.status, write.status, release.status]).toEqual([
      423, 423, 423, 403,
    ])
    expect(await door.state.heldLock(workspace)).toMatchObject({ id })
  })

  test.for([
    '',
    'x',
    '[]',
    '{}',
    '{"ID":""}',
    '{"ID":5}',
    '{"ID":"a\\u0000b"}',
    '{"ID":"\\ud800"}',
    `{"ID":"${'x'.repeat(1001)}"}`,
    `{"ID":"a","Who":["${'['.repeat(1000)}"]}`,
  ])('LOCK with the body %j is 400', async (body, { door, raw }) => {
    expect((await raw('LOCK', network, { body })).status).toBe(400)
    expect(await door.projects.list()).toEqual([])
  })

  test('UNLOCK where there is no workspace is 404', async ({ raw }) => {
    expect((await raw('UNLOCK', network, { body: lockText('l1') })).status).toBe(404)
  })
})

describe('addresses', () => {
  const character = fc.constantFrom(
    ...'ab.@/% \\é\u0301\u202e',
    'A',
    '..',
    '%2f',
    'e\u0301',
    '\u00e9',
  )
  const name = fc.array(character, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''))

  test('distinct names never meet: each reads back what was written to it', async ({ raw }) => {
    const names = fc.record({ project: name, component: name, environment: name })
    const written = new Map<string, string>()
    for (const address of fc.sample(names, { numRuns: 150, seed: 7 })) {
      const path = addressPath(address)
      const text = stateText({ serial: 0, lineage: JSON.stringify(address) })
      const answer = await post(raw, text, path)
      expect([200, 400]).toContain(answer.status)
      if (answer.status === 200) written.set(path, text)
    }

    expect(written.size).toBeGreaterThan(10)
    for (const [path, text] of written) {
      expect((await raw('GET', path)).body.toString()).toBe(text)
    }
  })

  test.for([
    '/state',
    '/state/',
    '/state//',
    '/state/shop',
    '/state/shop/network',
    '/state/shop/network@prod/',
    '/state//shop/network@prod',
    '/state/shop//network@prod',
    '//state/shop/network@prod',
    '/state/shop/../../state/shop/network@prod',
    '/state/./shop/network@prod',
    '/x/../state/shop/network@prod',
    '/state/shop/%2e%2e/network@prod',
    '/state/shop/a%2fb@prod',
    '/state/shop/a%00@prod',
    '/state/shop/a@%20prod',
    '/state/shop/%C0%AF@prod',
    '/state/shop/%@prod',
    '/STATE/shop/network@prod',
    '/state/shop/network@prod%2f',
    '/state\\shop\\network@prod',
    '/state/shop/network@prod;x',
    `/state/shop/${'n'.repeat(3000)}@prod`,
    '/state/shop/net work@prod/',
    '/stat',
    '/',
    '/api',
    '/healthz/',
    '/state?x=/state/shop/network@prod',
  ])('%s is answered 4xx, never with a redirect or a state', async (path, { raw }) => {
    await post(raw, stateText({ serial: 0 }))
    for (const method of ['GET', 'POST', 'LOCK', 'UNLOCK', 'DELETE']) {
      const answer = await raw(method, path.replace('net work', 'net%20work'), {
        ...(method === 'POST' ? { body: stateText({ serial: 1 }) } : {}),
        ...(method === 'LOCK' || method === 'UNLOCK' ? { body: lockText('l1') } : {}),
      })
      if (path.endsWith(';x') && method !== 'DELETE') continue // a name like any other
      expect(answer.status, method).toBeGreaterThanOrEqual(400)
      expect(answer.status, method).toBeLessThan(500)
      expect(answer.headers.location).toBeUndefined()
      expect(answer.headers['content-length']).toBeDefined()
    }
    expect((await raw('GET', network)).body.toString()).toBe(stateText({ serial: 0 }))
  })

  test.for(['DELETE', 'PUT', 'PATCH', 'OPTIONS'])(
    '%s is 405 and deletes nothing',
    async (method, { raw }) => {
      await post(raw, stateText({ serial: 0 }))

      const answer = await raw(method, network)

      expect(answer.status).toBe(405)
      expect(answer.headers.allow).toBe('GET, HEAD, POST, LOCK, UNLOCK')
      expect((await raw('GET', network)).status).toBe(200)
    },
  )
})

describe('the server', () => {
  test('says that it lives and that its database can be used', async ({ door }) => {
    const health = await send(door.url, 'GET', '/healthz')
    const ready = await send(door.url, 'GET', '/readyz')

    expect(health).toMatchObject({ status: 200, body: Buffer.from('{"status":"alive"}') })
    expect(ready).toMatchObject({ status: 200, body: Buffer.from('{"status":"ready"}') })
  })

  test('is not ready for a database without its schema', async ({ db, door }) => {
    await db.schema.dropTable('migrations').execute()

    expect((await send(door.url, 'GET', '/readyz')).status).toBe(503)
    expect((await send(door.url, 'GET', '/healthz')).status).toBe(200)
  })

  test('never waits for ever: an answer that takes too long is 503', async ({ db, raw, token }) => {
    const door = await openDoor(db, { limits: { answer: 500 } })
    await post(raw, stateText({ serial: 0 }))
    const text = stateText({ serial: 1 })

    await db.transaction().execute(async (holdUp) => {
      await holdUp.selectFrom('workspaces').selectAll().forUpdate().execute()
      const answer = await send(door.url, 'POST', network, { token, body: text })
      expect(answer.status).toBe(503)
      expect(answer.headers['retry-after']).toBe('5')
    })

    // The client asks again.
    await expect.poll(async () => (await post(raw, text)).status, { timeout: 20_000 }).toBe(200)
    const history = await door.state.history(await door.workspace('shop/network@prod'), {
      limit: 9,
    })
    expect(history.map((version) => version.serial)).toEqual([1, 0])
    await door.close()
  })
})
