import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Value } from '../platform/value.ts'
import { checkOutputs, parseOutputType } from './output-type.ts'

function check(type: string, value: Value | undefined): string[] {
  const at = { file: 'portolan.yaml', line: 1, column: 1 }
  const declared = new Map([['x', { type, sensitive: false, at }]])
  return checkOutputs(declared, value === undefined ? {} : { x: { value, sensitive: false } })
}

describe('types are read as Terraform writes them', () => {
  test.each([
    'string',
    ' list( string ) ',
    'map(list(number))',
    'tuple([string, number, bool])',
    'tuple([])',
    'object({})',
    'object({ a = string, b = optional(number), "c" = any })',
    'object({\n  a = string\n  b = object({ c = set(bool) })\n})',
    'object({ a: string, })',
  ])('%s', (text) => {
    expect(typeof parseOutputType(text)).toBe('object')
  })

  test.each([
    ['', 'a type is missing at the end'],
    ['strin', 'there is no type `strin`. Did you mean `string`?'],
    ['String', 'there is no type `String`. Did you mean `string`?'],
    ['list', 'list of what? list(string)'],
    ['list()', 'there is no type `)`'],
    ['list(string', '`)` is expected where it ends'],
    ['list(string, number)', '`)` is expected where there is `,`'],
    ['tuple(string)', 'a tuple is written tuple([string, number])'],
    ['object(string)', 'an object is written object({ host = string })'],
    ['object({ a })', '`=` is expected where there is `}`'],
    ['object({ a = string, a = number })', 'the attribute `a` is there twice'],
    ['object({ 1 = string })', '`1` is no name of an attribute'],
    ['object({ a = optional(string, "x") })', 'an output has no default: write optional(string)'],
    ['object({ a = string', 'a name is missing at the end'],
    ['optional(string)', 'there is no type `optional`'],
    ['string number', '`number` is not expected behind a type'],
    [`${'list('.repeat(50)}string${')'.repeat(50)}`, 'types are nested too deep'],
  ])('%s: %s', (text, expected) => {
    expect(parseOutputType(text)).toBe(expected)
  })

  test('whatever is written, it is a type or a sentence', () => {
    const word = fc.constantFrom(
      'string',
      'list',
      'object',
      'optional',
      '(',
      ')',
      '{',
      '}',
      '[',
      ']',
      '=',
      ',',
      '"a"',
      'a',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const read = parseOutputType(words.join(' '))
        expect(typeof read === 'string' ? read.length > 0 : 'kind' in read).toBe(true)
      }),
    )
  })
})

describe('outputs keep what is promised', () => {
  test.each<[string, Value]>([
    ['string', 'a'],
    ['string', ''],
    ['string', null],
    ['number', 1.5],
    ['number', 12345678901234567890n],
    ['bool', false],
    ['any', { a: [1, 'x'] }],
    ['list(string)', []],
    ['set(number)', [1, 2]],
    ['map(string)', { a: 'x', 'b-c': 'y' }],
    ['tuple([string, number])', ['a', 1]],
    ['object({ a = string, b = optional(number) })', { a: 'x' }],
    ['object({ a = string })', { a: 'x', more: 1 }],
    ['list(object({ id = string }))', [{ id: 'a' }]],
  ])('%s', (type, value) => {
    expect(check(type, value)).toEqual([])
  })

  test.each<[string, Value | undefined, string[]]>([
    ['string', undefined, ['output x is promised, and there is none']],
    ['string', 1, ['output x: expected string, got number']],
    ['number', '1', ['output x: expected number, got string']],
    ['bool', 'true', ['output x: expected bool, got string']],
    ['string', ['a'], ['output x: expected string, got list']],
    ['list(string)', { a: 'x' }, ['output x: expected list(string), got object']],
    ['map(string)', ['a'], ['output x: expected map(string), got list']],
    [
      'list(string)',
      ['a', 1, true],
      ['output x[1]: expected string, got number', 'output x[2]: expected string, got bool'],
    ],
    [
      'map(number)',
      { a: 'x', 'b c': 'y' },
      ['output x.a: expected number, got string', 'output x["b c"]: expected number, got string'],
    ],
    ['tuple([string])', ['a', 'b'], ['output x: expected 1 element, got 2']],
    ['tuple([string, number])', ['a', 'b'], ['output x[1]: expected number, got string']],
    ['object({ a = string })', {}, ['output x.a: expected string, got nothing']],
    [
      'object({ a = object({ b = list(number) }) })',
      { a: { b: ['1'] } },
      ['output x.a.b[0]: expected number, got string'],
    ],
    ['object({ toString = string })', {}, ['output x.toString: expected string, got nothing']],
  ])('%s', (type, value, expected) => {
    expect(check(type, value)).toEqual(expected)
  })

  test('a value of a type fits it, and one of another does not', () => {
    fc.assert(
      fc.property(types(3), ({ text, value }) => {
        expect(check(text, value), text).toEqual([])
        expect(check(`tuple([${text}, string])`, [value, 1])).toEqual([
          'output x[1]: expected string, got number',
        ])
      }),
    )
  })
})

/** A type as text with a value that it has. */
function types(depth: number): fc.Arbitrary<{ text: string; value: Value }> {
  const simple = fc.oneof(
    fc.string().map((value) => ({ text: 'string', value })),
    fc.integer().map((value) => ({ text: 'number', value })),
    fc.boolean().map((value) => ({ text: 'bool', value })),
  )
  if (depth === 0) return simple
  const inner = types(depth - 1)
  return fc.oneof(
    simple,
    inner.map(({ text, value }) => ({ text: `list(${text})`, value: [value, value] })),
    inner.map(({ text, value }) => ({ text: `map(${text})`, value: { k: value } })),
    fc.array(inner, { maxLength: 3 }).map((items) => ({
      text: `tuple([${items.map((item) => item.text).join(', ')}])`,
      value: items.map((item) => item.value),
    })),
    fc.dictionary(fc.constantFrom('a', 'b', 'c-d'), inner).map((fields) => ({
      text: `object({ ${Object.entries(fields)
        .map(([name, { text }]) => `${name} = ${text}`)
        .join(', ')} })`,
      value: Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value])),
    })),
  )
}
