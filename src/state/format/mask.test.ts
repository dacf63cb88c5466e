import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aLineage } from '../../../test/support/state.ts'
import { mask as masked } from '../../secrets/index.ts'
import { maskState, sensitiveValues } from './mask.ts'
import { type ParsedState, parseState } from './parsed-state.ts'

const secret = 'correct-horse'

interface Parts {
  readonly attributes: unknown
  readonly sensitive?: readonly unknown[]
  readonly outputs?: unknown
}

function aParsed({ attributes, sensitive = [], outputs = {} }: Parts): ParsedState {
  const instances = [{ attributes, sensitive_attributes: sensitive, private: 'bm9pc2U=' }]
  return parseState(
    Buffer.from(
      JSON.stringify({
        version: 4,
        serial: 1,
        lineage: aLineage,
        outputs,
        resources: [{ mode: 'managed', type: 't', name: 'n', provider: 'p', instances }],
      }),
    ),
  )
}

function shown(parts: Parts) {
  return maskState(aParsed(parts)).resources[0]?.attributes
}

const attribute = (value: string) => ({ type: 'get_attr', value })
const index = (value: string | number) => ({
  type: 'index',
  value: { value, type: typeof value },
})

test('hides what a path marks, however short', () => {
  expect(
    shown({
      attributes: { pw: 'abc', list: [{ k: 1 }, { k: 2 }], map: { 'x.y': 3, z: 4 }, open: 'abc' },
      sensitive: [
        [attribute('pw')],
        [attribute('list'), index(1), attribute('k')],
        [attribute('map'), index('x.y')],
      ],
    }),
  ).toEqual({
    pw: masked,
    list: [{ k: 1 }, { k: masked }],
    map: { 'x.y': masked, z: 4 },
    open: 'abc',
  })
})

test('a path passes through the wrapper of a dynamic attribute', () => {
  expect(
    shown({
      attributes: { input: { value: { pw: 'a', user: 'u' }, type: ['object', {}] } },
      sensitive: [[attribute('input'), attribute('pw')]],
    }),
  ).toEqual({ input: { value: { pw: masked, user: 'u' }, type: ['object', {}] } })
})

test.each([
  ['a step into a set', [attribute('set'), index('x'), attribute('pw')]],
  ['a step of an unknown kind', [attribute('set'), { type: 'telepathy' }]],
  ['a step that is no step', [attribute('set'), 7]],
])('%s hides the whole rather than nothing', (_what, path) => {
  expect(shown({ attributes: { set: [{ pw: 'abc' }], open: 1 }, sensitive: [path] })).toEqual({
    set: masked,
    open: 1,
  })
})

test.each(['everything', { type: 'get_attr' }, 5])(
  'marks that cannot be read hide all attributes: %j',
  (path) => {
    expect(shown({ attributes: { a: 1 }, sensitive: [path] })).toBe(masked)
  },
)

test('hides a sensitive value wherever else it occurs: values, parts of them, keys', () => {
  const state = aParsed({
    attributes: {
      input: secret,
      output: secret,
      url: `postgres://user:${secret}@host/db`,
      tags: { [`key-${secret}`]: [`x${secret}`] },
    },
    sensitive: [[attribute('input')]],
    outputs: { plain: { value: [secret], type: 'string' } },
  })

  const text = JSON.stringify(maskState(state))
  expect(text).not.toContain(secret)
  expect(text).toContain(`postgres://user:${masked}@host/db`)
})

test('a sensitive output hides its value everywhere, also inside objects and as a number', () => {
  const state = aParsed({
    attributes: { a: secret, n: 1234567, text: 'pin 1234567', big: 7654321 },
    outputs: {
      all: { value: { deep: [secret, { n: 1234567 }, 'short'] }, type: 'dynamic', sensitive: true },
    },
  })

  expect(sensitiveValues(state).sort()).toEqual(['1234567', secret])
  expect(maskState(state)).toMatchObject({
    outputs: [{ name: 'all', value: masked }],
    resources: [{ attributes: { a: masked, n: masked, text: `pin ${masked}`, big: 7654321 } }],
  })
})

test('hides an id that is sensitive, and index keys that hold a secret', () => {
  const state = aParsed({ attributes: { id: secret }, sensitive: [[attribute('id')]] })

  expect(maskState(state).resources[0]?.id).toBe(masked)
})

test('hides values that only the caller knows', () => {
  const state = aParsed({ attributes: { a: `x ${secret}` } })

  expect(JSON.stringify(maskState(state, [secret]))).not.toContain(secret)
})

test('no sensitive text of six characters or more is in anything shown', () => {
  const word = fc.stringMatching(/^[a-z"\\<é\n]{6,12}$/)
  fc.assert(
    fc.property(
      word,
      fc.string(),
      fc.dictionary(fc.string(), fc.string()),
      (hidden, around, others) => {
        const state = aParsed({
          attributes: {
            pw: { deep: [hidden] },
            copy: around + hidden,
            more: others,
            [hidden]: hidden,
          },
          sensitive: [[attribute('pw')]],
        })
        const { attributes } = { attributes: maskState(state).resources[0]?.attributes }
        const texts: string[] = []
        JSON.stringify(attributes, (key, value) => {
          texts.push(key)
          if (typeof value === 'string') texts.push(value)
          return value
        })
        expect(texts.some((text) => text.includes(hidden))).toBe(false)
      },
    ),
  )
})
