import { describe, expect, test } from 'vitest'
import { aLineage } from '../../../test/support/state.ts'
import { mask as masked } from '../../secrets/index.ts'
import { type ParsedState, parseState } from '../format/parsed-state.ts'
import { countChanges } from './count.ts'
import { diffStates } from './diff.ts'

interface Resource {
  readonly name: string
  readonly type?: string
  readonly mode?: 'managed' | 'data'
  readonly provider?: string
  readonly instance?: Readonly<Record<string, unknown>>
  readonly attributes?: unknown
}

function aParsed(resources: readonly Resource[], rest: object = {}): ParsedState {
  return parseState(
    Buffer.from(
      JSON.stringify({
        version: 4,
        serial: 1,
        lineage: aLineage,
        resources: resources.map(
          ({ name, type = 't', mode = 'managed', provider = 'p', instance, attributes }) => ({
            mode,
            type,
            name,
            provider,
            instances: [{ schema_version: 0, attributes: attributes ?? { id: name }, ...instance }],
          }),
        ),
        ...rest,
      }),
    ),
  )
}

function changes(before: readonly Resource[], after: readonly Resource[]) {
  return diffStates(aParsed(before), aParsed(after)).resources
}

describe('resources', () => {
  test('that came and went', () => {
    expect(changes([{ name: 'a' }, { name: 'b' }], [{ name: 'b' }, { name: 'c' }])).toMatchObject([
      { kind: 'added', address: 't.c' },
      { kind: 'removed', address: 't.a', id: 'a' },
    ])
  })

  test('of terraform_data, whose values have their types beside them, by the values alone', () => {
    const data = (size: string) => {
      const input = { value: { size }, type: ['object', { size: 'string' }] }
      return [{ name: 'a', type: 'terraform_data', attributes: { input } }]
    }
    const record = (value: string) => [{ name: 'a', attributes: { it: { value, type: 'A' } } }]

    expect(changes(data('small'), data('large'))[0]?.attributes).toEqual([
      { path: 'input.size', before: 'small', after: 'large' },
    ])
    expect(changes(record('1'), record('2'))[0]?.attributes).toEqual([
      { path: 'it.value', before: '1', after: '2' },
    ])
  })

  test('that changed, value by value', () => {
    const [change] = changes(
      [{ name: 'a', attributes: { id: 'x', size: 1, tags: { 'a.b': 'old', gone: 1 }, l: [1, 2] } }],
      [{ name: 'a', attributes: { id: 'x', size: 2, tags: { 'a.b': 'new' }, l: [1, 3, 4] } }],
    )

    expect(change).toMatchObject({ kind: 'updated', address: 't.a' })
    expect(change?.attributes).toEqual([
      { path: 'size', before: 1, after: 2 },
      { path: 'tags["a.b"]', before: 'old', after: 'new' },
      { path: 'tags.gone', before: 1, after: undefined },
      { path: 'l[1]', before: 2, after: 3 },
      { path: 'l[2]', before: undefined, after: 4 },
    ])
  })

  test('that moved: the same content at another address', () => {
    expect(
      changes(
        [{ name: 'old', attributes: { id: '1', x: [{ a: 1, b: 2 }] } }],
        [{ name: 'new', attributes: { x: [{ b: 2, a: 1 }], id: '1' } }],
      ),
    ).toMatchObject([{ kind: 'moved', address: 't.new', previousAddress: 't.old' }])
  })

  test.each([
    ['other content', { name: 'new', attributes: { id: '2' } }],
    ['another provider', { name: 'new', provider: 'q', attributes: { id: '1' } }],
    ['a data source', { name: 'new', mode: 'data', attributes: { id: '1' } }],
  ] as const)('that did not move: %s', (_what, after) => {
    const kinds = changes([{ name: 'old', attributes: { id: '1' } }], [after]).map(
      ({ kind }) => kind,
    )
    expect(kinds).toEqual(['added', 'removed'])
  })

  test('of which several are equal: each moves once', () => {
    const kinds = changes(
      [
        { name: 'a', attributes: {} },
        { name: 'b', attributes: {} },
      ],
      [
        { name: 'c', attributes: {} },
        { name: 'd', attributes: {} },
        { name: 'e', attributes: {} },
      ],
    ).map(({ kind, previousAddress }) => [kind, previousAddress])
    expect(kinds).toEqual([
      ['moved', 't.a'],
      ['moved', 't.b'],
      ['added', undefined],
    ])
  })

  test.each([
    [{}, { status: 'tainted' }, { kind: 'taint', taint: 'tainted' }],
    [{ status: 'tainted' }, {}, { kind: 'taint', taint: 'untainted' }],
    [{}, { schema_version: 2 }, { kind: 'schema', schema: { from: 0, to: 2 } }],
    [{ private: 'a' }, { private: 'b' }, { kind: 'folded', attributes: [] }],
    [{}, { dependencies: ['t.x'] }, { kind: 'folded' }],
  ])('from %j to %j: %j', (before, after, expected) => {
    const found = changes([{ name: 'a', instance: before }], [{ name: 'a', instance: after }])
    expect(found).toMatchObject([expected])
  })

  test('numbers that differ only beyond 2^53 differ', () => {
    const state = (digits: string) =>
      parseState(
        Buffer.from(
          `{"version":4,"serial":1,"lineage":"x","resources":[{"type":"t","name":"a","instances":[{"attributes":{"n":${digits}}}]}]}`,
        ),
      )
    const [change] = diffStates(state('9007199254740993'), state('9007199254740992')).resources
    expect(JSON.stringify(change?.attributes)).toBe(
      '[{"path":"n","before":9007199254740993,"after":9007199254740992}]',
    )
  })

  test('check results and the order of things are no difference', () => {
    const before = aParsed([{ name: 'a' }, { name: 'b' }], { check_results: [{ status: 'pass' }] })
    const after = aParsed([{ name: 'b' }, { name: 'a' }], { check_results: null })
    expect(diffStates(before, after)).toMatchObject({ resources: [], outputs: [] })
  })
})

describe('secrets', () => {
  const path = [{ type: 'get_attr', value: 'pw' }]

  test('only that they changed is shown, on both sides, even if only one is marked', () => {
    const before = { name: 'a', attributes: { pw: { user: 'first-secret' }, url: 'x' } }
    const after = {
      name: 'a',
      attributes: { pw: { user: 'other-secret', more: 1 }, url: 'y other-secret' },
      instance: { sensitive_attributes: [path] },
    }
    for (const [from, to] of [
      [before, after],
      [after, before],
    ] as const) {
      const [change] = changes([from], [to])
      expect(change?.attributes[0]).toEqual({ path: 'pw', before: masked, after: masked })
      expect(JSON.stringify(change)).not.toContain('secret"')
    }
  })

  test('a new value that holds an old secret is masked', () => {
    const [change] = changes(
      [
        {
          name: 'a',
          attributes: { pw: 'first-secret' },
          instance: { sensitive_attributes: [path] },
        },
      ],
      [{ name: 'a', attributes: { pw: null, note: 'was first-secret' } }],
    )
    expect(change?.attributes).toContainEqual({
      path: 'note',
      before: undefined,
      after: `was ${masked}`,
    })
  })
})

test('outputs: added, removed, changed; of a sensitive one not the value', () => {
  const output = (value: string, sensitive = false) => ({ value, type: 'string', sensitive })
  const before = aParsed([], {
    outputs: { same: output('s'), gone: output('g'), pw: output('abc', true) },
  })
  const after = aParsed([], {
    outputs: { same: output('s'), pw: output('abd', true), come: output('c') },
  })

  expect(diffStates(before, after).outputs).toEqual([
    { kind: 'changed', name: 'pw', sensitive: true, before: masked, after: masked },
    { kind: 'added', name: 'come', sensitive: false, before: undefined, after: 'c' },
    { kind: 'removed', name: 'gone', sensitive: false, before: 'g', after: undefined },
  ])
})

test('what is encrypted cannot be compared, and is not taken for empty', () => {
  const encrypted = parseState(
    Buffer.from('{"serial":3,"lineage":"x","encrypted_data":"AA","encryption_version":"v0"}'),
  )
  expect(diffStates(aParsed([{ name: 'a' }]), encrypted)).toMatchObject({
    resources: [],
    hidden: expect.stringMatching(/encrypted/),
  })
  expect(countChanges(encrypted, aParsed([{ name: 'a' }]))).toBeUndefined()
})

test('counts managed instances alone', () => {
  const before = aParsed([
    { name: 'stays' },
    { name: 'goes', attributes: { id: 1 } },
    { name: 'moves', attributes: { id: 2 } },
    { name: 'changes', attributes: { id: 3 } },
    { name: 'private', instance: { private: 'x' } },
    { name: 'read', mode: 'data' },
  ])
  const after = aParsed([
    { name: 'stays' },
    { name: 'moved', attributes: { id: 2 } },
    { name: 'changes', attributes: { id: 4 } },
    { name: 'private', instance: { private: 'y' } },
    { name: 'comes', attributes: { id: 5 } },
    { name: 'read', mode: 'data', attributes: { id: 'other' } },
    { name: 'read2', mode: 'data' },
  ])

  expect(countChanges(before, after)?.counts).toEqual({
    total: 5,
    added: 1,
    changed: 1,
    removed: 1,
    moved: 1,
  })
})
