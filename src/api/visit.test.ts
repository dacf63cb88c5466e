import { Socket } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createVisits } from './visit.ts'

function request(remoteAddress: string, headers: Readonly<Record<string, string>> = {}) {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress })
  return { socket, headers: { host: 'portolan:7070', ...headers } }
}

const trustedProxies = ['10.0.0.0/8', '192.168.1.1', 'fd00::/8']

describe('the address of a request', () => {
  test.for([
    ['203.0.113.7', undefined, '203.0.113.7'],
    ['::ffff:203.0.113.7', undefined, '203.0.113.7'],
    // Nobody vouches for what it says.
    ['203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['::ffff:10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['fd00::1', '2001:db8::5', '2001:db8::5'],
    // What the client wrote itself stands on the left of what proxies add.
    ['10.1.2.3', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    ['10.1.2.3', '1.1.1.1, 198.51.100.1, 192.168.1.1', '198.51.100.1'],
    ['10.1.2.3', '10.9.9.9, 192.168.1.1', '10.9.9.9'],
    ['10.1.2.3', undefined, '10.1.2.3'],
  ] as const)('from %s, forwarded for %s, is %s', ([peer, forwarded, address]) => {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }

    expect(createVisits({ trustedProxies })(request(peer, headers)).address).toBe(address)
  })

  test('is never one that a client makes up, whatever it writes', () => {
    const made = fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), { maxLength: 5 })
    fc.assert(
      fc.property(made, (lies) => {
        const headers = { 'x-forwarded-for': [...lies, '203.0.113.7'].join(', ') }
        expect(createVisits({ trustedProxies })(request('10.0.0.1', headers)).address).toBe(
          '203.0.113.7',
        )
        expect(createVisits({})(request('203.0.113.7', headers)).address).toBe('203.0.113.7')
      }),
    )
  })
})

describe('the origin', () => {
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'portolan.example.com' }

  test.for([
    ['203.0.113.7', {}, 'http://portolan:7070', false],
    ['203.0.113.7', { trustedProxies }, 'http://portolan:7070', false],
    ['10.0.0.1', { trustedProxies }, 'https://portolan.example.com', true],
    ['203.0.113.7', { publicUrl: 'https://p.example/x/' }, 'https://p.example', true],
    ['203.0.113.7', { publicUrl: 'http://p.example:8080' }, 'http://p.example:8080', false],
  ] as const)('from %s with %j is %s', ([peer, settings, origin, secure]) => {
    expect(createVisits(settings)(request(peer, forwarded))).toMatchObject({ origin, secure })
  })
})

test.for(['x', '10.0.0.0/33', '10.0.0.0/', 'fd00::/129', '10.0.0.0/8/8', '10.0.0.0/-1', ''])(
  'the proxy %j is a mistake in the settings',
  (proxy) => {
    expect(() => createVisits({ trustedProxies: [proxy] })).toThrow(/is no address/)
  },
)

test.for(['portolan.example.com', 'ftp://x', 'javascript:alert(1)', ''])(
  'the public address %j is a mistake in the settings',
  (publicUrl) => {
    expect(() => createVisits({ publicUrl })).toThrow(/no http or https/)
  },
)
