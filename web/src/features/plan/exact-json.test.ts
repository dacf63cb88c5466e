import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ExactNumber, parseExactJson } from './exact-json.ts'

test('a number that a double does not hold keeps its digits', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.constantFrom('', ' ', '\n  '), (number, space) => {
      const read = (parseExactJson(`{"a":${space}[${space}${number}]}`) as { a: unknown[] }).a[0]
      expect(read instanceof ExactNumber ? read.digits : String(read)).toBe(String(number))
    }),
  )
  for (const digits of ['0.12345678901234567890123', '1e400', '-1234567890.1234567891']) {
    expect(parseExactJson(`[${digits}]`)).toEqual([new ExactNumber(digits)])
  }
})

test('numbers that fit, and everything else, are as JSON.parse reads them', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify({ value, long: 12345678901234567n.toString() })
      const read = parseExactJson(text.replace('"12345678901234567"', '12345678901234567'))
      expect((read as { value: unknown }).value).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
  expect(parseExactJson('[1.50000000000000000000, 100000000000000000000000]')).toEqual([1.5, 1e23])
})
