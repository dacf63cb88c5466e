import fc from 'fast-check'
import { expect, test } from 'vitest'
import { meaningOf } from '../../../test/support/resolving.ts'
import { AppError } from '../../platform/errors.ts'
import type { Value } from '../../platform/value.ts'
import { valueTexts } from '../../platform/value-json.ts'
import type { Resolution } from '../definition.ts'

/** Values of the outputs of a component `up`; what is missing is not known yet. */
type Outputs = Readonly<Record<string, Value>>

/** What an expression comes to, as an input and inside of text. */
function resolved(text: string, outputs: Outputs, sensitive: readonly string[] = []) {
  const quoted = text.replaceAll("'", "''")
  const { resolve } = meaningOf(`
version: 1
project: shop
environments: { dev: {} }
components:
  up: { terraform: up }
  app:
    terraform: app
    inputs:
      x: '\${{ ${quoted} }}'
      t: 'a-\${{ string(${quoted}) }}'
`)
  try {
    return resolve('app@dev', ({ output }) => {
      const value = outputs[output]
      if (value === undefined) return { is: 'unknown' }
      return { is: 'known', value, sensitive: sensitive.includes(output) }
    })
  } catch (error) {
    if (error instanceof AppError) return 'a fault'
    throw error
  }
}

const given = fc.record({
  n: fc.integer({ min: -3, max: 3 }),
  m: fc.integer({ min: -3, max: 3 }),
  s: fc.constantFrom('', 'a', 'secret'),
  f: fc.boolean(),
  l: fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 3 }),
})

const { int, bool, text } = fc.letrec<{ int: string; bool: string; text: string; list: string }>(
  (tie) => {
    const shape = { depthSize: 'small', withCrossShrink: true } as const
    const pair = (left: keyof Ties, signs: readonly string[], right = left) =>
      fc
        .tuple(tie(left), fc.constantFrom(...signs), tie(right))
        .map(([a, sign, b]) => `(${a} ${sign} ${b})`)
    const choice = (of: keyof Ties) =>
      fc.tuple(tie('bool'), tie(of), tie(of)).map(([when, a, b]) => `(${when} ? ${a} : ${b})`)
    return {
      int: fc.oneof(
        shape,
        fc.constantFrom('outputs.up.n', 'outputs.up.m', '1', '0'),
        pair('int', ['+', '-', '*', '/']),
        choice('int'),
        tie('list').map((a) => `size(${a})`),
        fc.tuple(tie('list'), tie('int')).map(([a, b]) => `default(${a}[0], ${b})`),
        fc.tuple(tie('int'), tie('text')).map(([a, b]) => `{"a": ${a}, "b": ${b}}.a`),
      ),
      bool: fc.oneof(
        shape,
        fc.constantFrom('outputs.up.f', 'true', 'false'),
        pair('bool', ['&&', '||', '==']),
        pair('int', ['<', '==', '!=']),
        pair('text', ['==']),
        pair('list', ['==']),
        pair('int', ['in'], 'list'),
        fc.tuple(tie('list'), tie('int')).map(([a, b]) => `${a}.exists(x, x == ${b})`),
        fc.tuple(tie('list'), tie('int')).map(([a, b]) => `${a}.all(x, x / ${b} > 0)`),
        fc.tuple(tie('text'), tie('text')).map(([a, b]) => `${a}.startsWith(${b})`),
      ),
      text: fc.oneof(
        shape,
        fc.constantFrom('outputs.up.s', '"b"', 'base64(outputs.up.s)'),
        pair('text', ['+']),
        choice('text'),
        tie('int').map((a) => `string(${a})`),
        tie('list').map((a) => `${a}.map(x, string(x)).join(",")`),
      ),
      list: fc.oneof(
        shape,
        fc.constantFrom('outputs.up.l', '[1]'),
        fc.tuple(tie('int'), tie('int')).map(([a, b]) => `[${a}, ${b}]`),
        fc.tuple(tie('list'), tie('list')).map(([a, b]) => `(${a} + ${b})`),
        fc.tuple(tie('list'), tie('int')).map(([a, b]) => `${a}.filter(x, x != ${b})`),
      ),
    }
  },
)
type Ties = { int: string; bool: string; text: string; list: string }

const expressions = fc.oneof(int, bool, text)

test('what is said to be known is the same whatever the unknown outputs turn out to be', () => {
  fc.assert(
    fc.property(
      expressions,
      given,
      given,
      fc.subarray(['n', 'm', 's', 'f', 'l']),
      (expression, before, after, known) => {
        const some = Object.fromEntries(
          Object.entries(before).filter(([name]) => known.includes(name)),
        )
        const early = resolved(expression, some)
        const late = resolved(expression, { ...after, ...some })
        if (early === 'a fault') expect(late, expression).toBe('a fault')
        if (early === 'a fault' || early.certainty !== 'known') return
        // A part that nothing depends on may still divide by zero: that is told when it is known.
        if (late === 'a fault') return
        expect(late, expression).toMatchObject({ certainty: 'known', inputs: early.inputs })
      },
    ),
    { numRuns: 400 },
  )
})

test('whatever a sensitive output has an influence on is a secret', () => {
  fc.assert(
    fc.property(
      expressions,
      given,
      given,
      fc.subarray(['n', 's', 'l']),
      (expression, one, other, sensitive) => {
        const changed = Object.fromEntries(
          Object.entries(other).filter(([name]) => sensitive.includes(name)),
        )
        const first = resolved(expression, one, sensitive)
        const second = resolved(expression, { ...one, ...changed }, sensitive)
        if (first === 'a fault' || second === 'a fault') return
        for (const [name, value] of Object.entries(first.inputs)) {
          if (same(value, second.inputs[name])) continue
          for (const shown of valueTexts(value)) {
            if (shown !== '') expect(first.secrets, expression).toContain(shown)
          }
        }
      },
    ),
    { numRuns: 400 },
  )
})

function same(a: Value, b: Resolution['inputs'][string] | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
