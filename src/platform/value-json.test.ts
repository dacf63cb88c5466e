import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Value } from './value.ts'
import { parseValue, valueJson } from './value-json.ts'

test('whole numbers beyond 2^53 stay exact, others are numbers', () => {
  expect(parseValue('[9007199254740993, -9007199254740993, 1.5, 7, 1e3]')).toEqual([
    9007199254740993n,
    -9007199254740993n,
    1.5,
    7,
    1000,
  ])
  expect(valueJson({ a: 12345678901234567890n })).toBe('{"a":12345678901234567890}')
})

test('a text is the same for equal values, whatever the order of their keys', () => {
  expect(valueJson({ b: [1, null], a: 'x' })).toBe(valueJson({ a: 'x', b: [1, null] }))
  expect(valueJson({ a: '1' })).not.toBe(valueJson({ a: 1 }))
})

test('what was written is read again', () => {
  const value = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      fc.bigInt({ min: 2n ** 53n }),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.string(), tie('value'), { maxKeys: 3, noNullPrototype: true }),
    ),
  })).value
  fc.assert(
    fc.property(value, (given) => {
      expect(parseValue(valueJson(given))).toEqual(given)
    }),
  )
})
