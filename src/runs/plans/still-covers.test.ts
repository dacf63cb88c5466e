import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FingerprintedChange, PlanFingerprint } from './fingerprint.ts'
import { readFingerprint, stillCovers } from './still-covers.ts'

const path = fc.constantFrom('name', 'tags', 'tags.env', 'ports[0]', '__proto__', 'constructor')
const hash = fc.constantFrom('h1', 'h2', 'h3')
const hashes = fc
  .uniqueArray(fc.tuple(path, hash), { selector: ([name]) => name, maxLength: 5 })
  .map((entries) => Object.fromEntries(entries))
const change: fc.Arbitrary<FingerprintedChange> = fc.record({
  address: fc.constantFrom('a.a', 'a.b', 'b.a["x"]', 'module.m.a.a'),
  actions: fc.constantFrom(['create'], ['update'], ['delete', 'create'], ['create', 'delete']),
  before: hashes,
  after: hashes,
})
const fingerprint: fc.Arbitrary<PlanFingerprint> = fc.record({
  salt: fc.constant('salt'),
  changes: fc.uniqueArray(change, { selector: ({ address }) => address, maxLength: 4 }),
})
const withChanges = fingerprint.filter(({ changes }) => changes.length > 0)

/** With one of its changes made another. */
function altered(
  of: PlanFingerprint,
  at: number,
  alter: (change: FingerprintedChange) => FingerprintedChange,
): PlanFingerprint {
  const which = at % of.changes.length
  return { ...of, changes: of.changes.map((each, index) => (index === which ? alter(each) : each)) }
}

describe('what was approved covers a plan that is made again', () => {
  test('when it is the same, in any order', () => {
    const reordered = fingerprint.chain((then) =>
      fc.tuple(
        fc.constant(then),
        fc.shuffledSubarray([...then.changes], { minLength: then.changes.length }),
      ),
    )
    fc.assert(
      fc.property(reordered, ([then, changes]) => {
        expect(stillCovers(then, { ...then, changes })).toBe(true)
      }),
    )
  })

  test('when all that happened is that more became known of what will be', () => {
    fc.assert(
      fc.property(withChanges, fc.nat(), hashes, (then, at, more) => {
        const now = altered(then, at, (each) => ({ ...each, after: { ...more, ...each.after } }))
        expect(stillCovers(then, now)).toBe(true)
      }),
    )
  })

  test('and the same after that again', () => {
    fc.assert(
      fc.property(fingerprint, fingerprint, fingerprint, (a, b, c) => {
        if (stillCovers(a, b) && stillCovers(b, c)) expect(stillCovers(a, c)).toBe(true)
      }),
    )
  })
})

describe('what was approved does not cover a plan', () => {
  test('that touches one address more or less, or the same one twice', () => {
    fc.assert(
      fc.property(withChanges, fc.nat(), (then, at) => {
        const one = then.changes[at % then.changes.length]
        const less = { ...then, changes: then.changes.filter((each) => each !== one) }
        const twice = { ...then, changes: [...then.changes, ...(one ? [one] : [])] }
        const renamed = altered(then, at, (each) => ({ ...each, address: `${each.address}2` }))
        for (const other of [less, twice, renamed]) {
          expect(stillCovers(then, other)).toBe(false)
          expect(stillCovers(other, then)).toBe(false)
        }
        const more = altered(twice, twice.changes.length - 1, (each) => ({ ...each, address: 'z' }))
        expect(stillCovers(twice, twice)).toBe(false)
        expect(stillCovers(twice, more)).toBe(false)
      }),
    )
  })

  test('that does something else with an address', () => {
    const actions = fc.constantFrom(['delete'], ['update', 'update'], [], ['forget'])
    fc.assert(
      fc.property(withChanges, fc.nat(), actions, (then, at, other) => {
        const now = altered(then, at, (each) => ({ ...each, actions: other }))
        expect(stillCovers(then, now)).toBe(false)
      }),
    )
  })

  test('in which something that was known is other, or not known any more', () => {
    const side = fc.constantFrom('before' as const, 'after' as const)
    fc.assert(
      fc.property(withChanges, fc.nat(), path, side, (then, at, name, which) => {
        const known = altered(then, at, (each) => ({
          ...each,
          [which]: Object.fromEntries([...Object.entries(each[which]), [name, 'known']]),
        }))
        const without = altered(then, at, (each) => ({
          ...each,
          [which]: Object.fromEntries(Object.entries(each[which]).filter(([key]) => key !== name)),
        }))
        const other = altered(known, at, (each) => ({
          ...each,
          [which]: Object.fromEntries(
            Object.entries(each[which]).map(([key, value]) => [key, key === name ? 'x' : value]),
          ),
        }))
        expect(stillCovers(known, other)).toBe(false)
        expect(stillCovers(known, without)).toBe(false)
      }),
    )
  })

  test('that starts from something else', () => {
    fc.assert(
      fc.property(withChanges, fc.nat(), (then, at) => {
        const now = altered(then, at, (each) => ({
          ...each,
          before: { ...each.before, appeared: 'h' },
        }))
        expect(stillCovers(then, now)).toBe(false)
      }),
    )
  })

  test('whose values were hashed another way', () => {
    fc.assert(
      fc.property(fingerprint, (then) => {
        expect(stillCovers(then, { ...then, salt: 'other' })).toBe(false)
        expect(stillCovers({ ...then, salt: '' }, { ...then, salt: '' })).toBe(false)
      }),
    )
  })
})

describe('a fingerprint that was kept', () => {
  test('is read as it was', () => {
    fc.assert(
      fc.property(fingerprint, (one) => {
        const read = readFingerprint(JSON.stringify(one))
        expect(read && stillCovers(one, read) && stillCovers(read, one)).toBe(true)
      }),
    )
  })

  test.each(['', 'null', '[]', '{"salt":"s"}', '{"salt":"s","changes":[{}]}', '{"salt":1,'])(
    'is none when it is %s',
    (text) => {
      expect(readFingerprint(text)).toBeUndefined()
    },
  )
})
