import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MapNode, Node } from '../node.ts'
import { readDocument } from '../reading/document.ts'
import { type Layer, type Merged, mergeLayers } from './layers.ts'

type Plain = null | string | number | boolean | Plain[] | { [key: string]: Plain }

/** A layer from YAML. */
function layer(name: string, yaml: string): Layer {
  const { node } = readDocument(`${name}.yaml`, yaml)
  return { name, node: node?.kind === 'map' ? node : { kind: 'map', entries: [], at } }
}

const at = { file: 'x.yaml', line: 1, column: 1 }

function toNode(value: Plain): Node {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(toNode), at }
  return typeof value === 'object' && value !== null ? toMap(value) : { kind: 'scalar', value, at }
}

function toMap(value: { [key: string]: Plain }): MapNode {
  const entries = Object.entries(value).map(([key, one]) => ({
    key,
    keyAt: at,
    value: toNode(one),
  }))
  return { kind: 'map', entries, at }
}

function plain(merged: ReadonlyMap<string, Merged>): unknown {
  return Object.fromEntries(
    [...merged].map(([key, one]) => [
      key,
      one.kind === 'map' ? plain(one.entries) : plainNode(one.node),
    ]),
  )
}

function plainNode(node: Node): unknown {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(plainNode)
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainNode(value)]))
}

function merge(...values: { [key: string]: Plain }[]) {
  const { merged, problems } = mergeLayers(
    values.map((value, index) => ({ name: String(index), node: toMap(value) })),
  )
  return { result: plain(merged), problems }
}

describe('maps merge, everything else is replaced, null removes', () => {
  test.each<[string, Plain[], Plain]>([
    ['the later counts', [{ foo: 'bar' }, { foo: 'tar' }], { foo: 'tar' }],
    ['different keys are kept', [{ foo: 'bar' }, { goo: 1 }], { foo: 'bar', goo: 1 }],
    ['nothing over something', [{ foo: 'bar' }, {}], { foo: 'bar' }],
    [
      'maps in maps',
      [{ a: { b: 1, c: { d: 2 } } }, { a: { c: { e: 3 } } }],
      { a: { b: 1, c: { d: 2, e: 3 } } },
    ],
    ['lists are replaced', [{ a: [1, 2, { b: 3 }] }, { a: [4] }], { a: [4] }],
    ['an empty list too', [{ a: [1] }, { a: [] }], { a: [] }],
    ['a list over a single value', [{ a: 1 }, { a: [1] }], { a: [1] }],
    ['an empty map leaves what is there', [{ a: { b: 1 } }, { a: {} }], { a: { b: 1 } }],
    ['null removes a key', [{ a: 1, b: 2 }, { a: null }], { b: 2 }],
    ['null removes a map', [{ a: { b: 1 } }, { a: null }], {}],
    ['null removes inside of a map', [{ a: { b: 1, c: 2 } }, { a: { b: null } }], { a: { c: 2 } }],
    ['null where nothing is', [{}, { a: null, b: { c: null } }], { b: {} }],
    [
      'what was removed may come back as another shape',
      [{ a: 1 }, { a: null }, { a: { b: 1 } }],
      { a: { b: 1 } },
    ],
    ['null inside of a list is a value', [{ a: [null, { b: null }] }], { a: [null, { b: null }] }],
  ])('%s', (_what, layers, expected) => {
    const { result, problems } = merge(...(layers as { [key: string]: Plain }[]))
    expect(result).toEqual(expected)
    expect(problems).toEqual([])
  })
})

test('a map over a single value, or the reverse, names both places', () => {
  const layers = [
    layer('base', 'a:\n  b: 1\nc: 2\nl: [1]\n'),
    layer('over', 'x: 1\na: 3\nc: { d: 4 }\nl: {}\n'),
  ]
  expect(
    mergeLayers(layers).problems.map((one) => [one.at?.file, one.at?.line, one.message]),
  ).toEqual([
    ['over.yaml', 2, '`a` is a single value here, and a map at base.yaml:2:3'],
    ['over.yaml', 3, '`c` is a map here, and a single value at base.yaml:3:4'],
    ['over.yaml', 4, '`l` is a map here, and a list at base.yaml:4:4'],
  ])
})

test('every leaf knows its layer, its place, and what it lies over', () => {
  const { merged } = mergeLayers([
    layer('base', 'a: 1\nb: { c: 2 }\n'),
    layer('middle', 'b:\n  c: 3\n'),
    layer('top', 'b: { c: 4, d: 5 }\n'),
  ])
  const b = merged.get('b')
  const leaf = b?.kind === 'map' ? b.entries.get('c') : undefined

  expect(merged.get('a')).toMatchObject({ layer: 'base', at: { file: 'base.yaml', line: 1 } })
  expect(leaf).toMatchObject({
    layer: 'top',
    at: { file: 'top.yaml', line: 1, column: 9 },
    replaces: {
      layer: 'middle',
      at: { line: 2 },
      replaces: { layer: 'base', replaces: undefined },
    },
  })
})

const leaf = fc.oneof(
  fc.integer(),
  fc.constantFrom('', 'x'),
  fc.boolean(),
  fc.array(fc.integer(), { maxLength: 2 }),
)
const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor')

/** Maps in which the same path is always of the same shape, so that they can lie over one another. */
const agreeing = fc
  .dictionary(fc.constantFrom('a', 'b', 'constructor'), leaf)
  .chain((leaves) =>
    fc
      .dictionary(fc.constantFrom('m', 'n'), fc.dictionary(key, leaf))
      .map((maps) => ({ ...leaves, ...maps })),
  )

const withNulls = fc.dictionary(
  key,
  fc.oneof(leaf, fc.constant(null), fc.dictionary(key, fc.option(leaf))),
)

describe('laws', () => {
  test('it does not matter in which order layers without null are put together', () => {
    fc.assert(
      fc.property(agreeing, agreeing, agreeing, (a, b, c) => {
        const right = merge(b, c).result as { [key: string]: Plain }
        const left = merge(a, b).result as { [key: string]: Plain }
        const all = merge(a, b, c).result
        expect(merge(a, right).result).toEqual(all)
        expect(merge(left, c).result).toEqual(all)
      }),
    )
  })

  test('a layer laid over itself changes nothing', () => {
    fc.assert(
      fc.property(withNulls, (a) => {
        expect(merge(a, a)).toEqual(merge(a))
      }),
    )
  })

  test('the order of keys decides nothing', () => {
    fc.assert(
      fc.property(withNulls, withNulls, (a, b) => {
        const turned = (map: { [key: string]: Plain }) =>
          Object.fromEntries(Object.entries(map).reverse())
        expect(merge(turned(a), turned(b)).result).toEqual(merge(a, b).result)
      }),
    )
  })

  test('null removes whatever lies below, and no null is left', () => {
    fc.assert(
      fc.property(withNulls, withNulls, (a, b) => {
        const { result } = merge(a, b)
        for (const [name, value] of Object.entries(b)) {
          if (value === null) expect(Object.keys(result as object)).not.toContain(name)
        }
        expect(JSON.stringify(result)).not.toContain('null')
      }),
    )
  })
})
