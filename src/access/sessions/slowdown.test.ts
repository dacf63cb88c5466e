import { expect, test } from 'vitest'
import { createSlowdown } from './slowdown.ts'

function start() {
  let now = 0
  const slowdown = createSlowdown(() => now)
  return {
    slowdown,
    wait: (seconds: number) => {
      now += seconds * 1000
    },
    /** How many of so many attempts are let through. */
    tries: (count: number, account: string, address: string) => {
      let passed = 0
      for (let at = 0; at < count; at += 1) {
        try {
          slowdown.begin(account, address)
          passed += 1
        } catch {}
      }
      return passed
    },
  }
}

test('five attempts are free, then each pause is twice as long, up to a quarter of an hour', () => {
  const { tries, wait } = start()

  expect(tries(10, 'alice', '10.0.0.1')).toBe(5)
  for (const pause of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
    wait(pause - 0.5)
    expect(tries(1, 'alice', '10.0.0.1'), `${pause} seconds`).toBe(0)
    wait(0.5)
    expect(tries(3, 'alice', '10.0.0.1'), `${pause} seconds`).toBe(1)
  }
})

test('says how long to wait', () => {
  const { slowdown, tries } = start()
  tries(5, 'alice', '10.0.0.1')

  expect(() => slowdown.begin('alice', '10.0.0.1')).toThrow(
    expect.objectContaining({
      code: 'too_many',
      next: 'Try again in a second.',
      details: { retryAfter: 1 },
    }),
  )
})

test('who guesses elsewhere does not keep the person out', () => {
  const { tries } = start()
  tries(5, 'alice', '10.0.0.1')

  expect(tries(1, 'alice', '10.0.0.2')).toBe(1)
  expect(tries(1, 'bob', '10.0.0.1')).toBe(1)
})

test('guessing one account from everywhere is slow, guessing all from one address too', () => {
  const { tries, wait } = start()
  const from = Array.from({ length: 100 }, (_, at) => `10.0.0.${at}`)

  expect(from.filter((address) => tries(1, 'alice', address) === 1)).toHaveLength(30)
  expect(from.filter((address) => tries(1, `user${address}`, '10.9.9.9') === 1)).toHaveLength(50)
  wait(60)
  expect(tries(1, 'alice', '10.1.1.1')).toBe(1)
})

test('an attempt that succeeds makes those from there free again', () => {
  const { slowdown, tries } = start()
  tries(4, 'alice', '10.0.0.1')

  slowdown.begin('alice', '10.0.0.1').succeeded()

  expect(tries(10, 'alice', '10.0.0.1')).toBe(5)
})

test('an attempt of which nothing came is none', () => {
  const { slowdown, tries } = start()
  tries(3, 'alice', '10.0.0.1')

  for (let at = 0; at < 100; at += 1) slowdown.begin('alice', '10.0.0.1').takenBack()

  expect(tries(10, 'alice', '10.0.0.1')).toBe(2)
})

test('after an hour without an attempt all is forgotten', () => {
  const { tries, wait } = start()
  tries(5, 'alice', '10.0.0.1')
  wait(3600)

  expect(tries(10, 'alice', '10.0.0.1')).toBe(5)
})

test.for([
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff:1:2:3'],
  ['2001:db8::1', '2001:db8:0:0:1::'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['fe80::1%eth0', 'fe80::2'],
] as const)('%s and %s are one network', ([one, other]) => {
  const { tries } = start()
  tries(5, 'alice', one)

  expect(tries(1, 'alice', other)).toBe(0)
})

test('two networks are two', () => {
  const { tries } = start()
  tries(5, 'alice', '2001:db8:1:2::1')

  expect(tries(1, 'alice', '2001:db8:1:3::1')).toBe(1)
})
