import { describe, expect, test } from 'vitest'
import type { MapNode } from '../node.ts'
import { entryOf, plainOf } from './access.ts'
import { readDocument } from './document.ts'

function read(text: string): MapNode {
  const { node, problems } = readDocument('portolan.yaml', text)
  expect(problems).toEqual([])
  if (node?.kind !== 'map') throw new Error('no map')
  return node
}

describe('values', () => {
  test.each([
    ['text', 'x: hello world', 'hello world'],
    ['a whole number', 'x: 10', 10],
    ['a whole number that no float holds', 'x: 9007199254740993', 9007199254740993n],
    ['a negative one', 'x: -9007199254740993', -9007199254740993n],
    ['an octal number', 'x: 0o17', 15],
    ['a broken number', 'x: 1.5', 1.5],
    ['no boolean of YAML 1.1', 'x: yes', 'yes'],
    ['no time', 'x: 2026-01-01', '2026-01-01'],
    ['nothing', 'x:', null],
    ['a block of lines', 'x: |\n  a\n  b\n', 'a\nb\n'],
    ['a list of lists', 'x: [[1], []]', [[1], []]],
  ])('%s', (_name, text, value) => {
    expect(plainOf(read(text))).toEqual({ x: value })
  })

  test('keys are text, as they are written', () => {
    expect(plainOf(read('1: a\ntrue: b\n1.0: c\n"x y": d\n'))).toEqual({
      '1': 'a',
      true: 'b',
      '1.0': 'c',
      'x y': 'd',
    })
  })

  test('an alias stands for the last value of its name', () => {
    expect(plainOf(read('a: &x 1\nb: *x\nc: &x { y: 2 }\nd: *x\n'))).toEqual({
      a: 1,
      b: 1,
      c: { y: 2 },
      d: { y: 2 },
    })
  })

  test('what is merged lies below what is written, the first of several maps on top', () => {
    const text = 'a: &a { x: 1, y: 1 }\nb: &b { y: 2, z: 2 }\nc: { <<: [*a, *b], x: 3 }\n'
    expect(plainOf(read(text))).toMatchObject({ c: { x: 3, y: 1, z: 2 } })
  })

  test('a quoted `<<` is a key like any other', () => {
    expect(plainOf(read('"<<": 1'))).toEqual({ '<<': 1 })
  })
})

describe('places', () => {
  test.each([
    ['plain', 'a: 1\nb: x', 'b', [2, 4]],
    ['quoted', 'a:   "x"', 'a', [1, 6]],
    ['a block', 'a: |\n  x\n', 'a', [1, 4]],
    ['a map', 'a:\n  b: 1', 'a', [2, 3]],
    ['nothing: at its key', 'x: 1\n  \na:\n', 'a', [3, 1]],
    ['behind an anchor', 'a: &x 1', 'a', [1, 7]],
    ['behind a byte order mark', '\uFEFFa: 1', 'a', [1, 4]],
    ['in lines that end as on Windows', 'x: 1\r\na: 2\r\n', 'a', [2, 4]],
    ['behind wide letters', '日本: 1', '日本', [1, 5]],
  ])('%s', (_name, text, key, [line, column]) => {
    const at = entryOf(read(text), key)?.value.at
    expect(at).toEqual({ file: 'portolan.yaml', line, column })
  })

  test('the source of a text is kept where it differs from the value', () => {
    const sources = read('a: x\nb: "x"\nc: >\n  x\n').entries.map(({ value }) =>
      value.kind === 'scalar' ? value.source : undefined,
    )
    expect(sources).toEqual([undefined, '"x"', '>\n  x\n'])
  })
})

describe('a file that would fill the memory', () => {
  test('by aliases of aliases is refused', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let level = 1; level < 12; level += 1) {
      const items = Array.from({ length: 10 }, () => `*a${level - 1}`)
      lines.push(`a${level}: &a${level} [${items.join(', ')}]`)
    }
    const { problems } = readDocument('portolan.yaml', lines.join('\n'))
    expect(problems).toMatchObject([{ message: expect.stringContaining('too large') }])
  })

  test('by lists in lists is refused', () => {
    const { problems } = readDocument('portolan.yaml', '['.repeat(20_000))
    expect(problems[0]?.message).toBe('the file is nested too deeply')
  })
})
