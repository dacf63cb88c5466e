import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JsonFault, scanJson } from './json-scan.ts'

function scan(text: string) {
  const steps = scanJson(Buffer.from(text))
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

function accepts(text: string): boolean {
  try {
    scan(text)
    return true
  } catch (error) {
    if (error instanceof JsonFault) return false
    throw error
  }
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

const objectText = fc
  .tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 2, '\t'))
  .map(([value, indent]) => JSON.stringify(value, null, indent))

test('accepts exactly the objects that a JSON parser accepts, however they are damaged', () => {
  const damage = fc.record({
    at: fc.nat(),
    remove: fc.nat({ max: 3 }),
    insert: fc.constantFrom(
      '',
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '1',
      '.',
      'e',
      '-',
      '\n',
      't',
      '\\u00',
      ' ',
    ),
  })
  fc.assert(
    fc.property(objectText, fc.array(damage, { maxLength: 3 }), (text, damages) => {
      const damaged = damages.reduce((whole, { at, remove, insert }) => {
        const start = at % (whole.length + 1)
        return (whole.slice(0, start) + insert + whole.slice(start + remove)).toWellFormed()
      }, text.toWellFormed())
      expect(accepts(damaged), damaged).toBe(isObjectText(damaged))
    }),
    { numRuns: 3000 },
  )
})

test('finds each outer member where it stands', () => {
  fc.assert(
    fc.property(objectText, (text) => {
      const bytes = Buffer.from(text)
      const found = scan(text).members.map(({ key, start, end }) => [
        key,
        JSON.parse(bytes.toString('utf8', start, end)),
      ])
      expect(Object.fromEntries(found)).toEqual(JSON.parse(text))
    }),
  )
})

test.each(['{"a":1.0}', '{"a":9007199254740993}', '{"a":1e400}', '{"a":-0}', '{"a":[0.1000]}'])(
  'notices that a number in %s would not survive arithmetic',
  (text) => {
    expect(scan(text).exactNumbers).toBe(true)
    expect(scan('{"a":[1,-2.5,9007199254740991,0.1]}').exactNumbers).toBe(false)
  },
)

test('counts instances of managed resources, in whatever order their keys come', () => {
  const text = JSON.stringify({
    outputs: { decoy: { value: [{ instances: [1, 2, 3] }] } },
    resources: [
      { instances: [{ attributes: { instances: [1, 2], mode: 'data' } }, {}], mode: 'managed' },
      { instances: [{}, {}, {}], mode: 'data' },
      { mode: 'managed', instances: [] },
      { mode: 'managed', instances: [[{ instances: [1] }]] },
    ],
  })

  expect(scan(text).managed).toBe(3)
})

test('refuses what is nested too deep for others, without an overflow of its own', () => {
  const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`

  expect(accepts(nested(499))).toBe(true)
  expect(accepts(nested(500))).toBe(false)
  expect(accepts(nested(1_000_000))).toBe(false)
})
