import fc from 'fast-check'
import { expect, test } from 'vitest'
import { effectiveIn, effectiveVariables } from './effective.ts'
import type { Variable, VariableIdentity } from './variable.ts'

const token = { kind: 'environment', name: 'TOKEN', phase: 'both' } as const
const here = { component: 'db', environment: 'prod' }

const identity: fc.Arbitrary<VariableIdentity> = fc.record(
  {
    component: fc.constantFrom('db', 'api', undefined),
    environment: fc.constantFrom('prod', 'dev', undefined),
    kind: fc.constantFrom('terraform' as const, 'environment' as const),
    name: fc.constantFrom('A', 'B'),
    phase: fc.constantFrom('both' as const, 'plan' as const, 'apply' as const),
  },
  { noNullPrototype: true },
)

/** As the table holds them: no two of the same identity, in any order. */
const rows: fc.Arbitrary<readonly Variable[]> = fc
  .uniqueArray(identity, { selector: (one) => JSON.stringify(one, sortedKeys), maxLength: 30 })
  .map((all) => all.map((one, at) => ({ ...one, ...meta, id: `v${at}` })))

const sortedKeys = ['component', 'environment', 'kind', 'name', 'phase']
const meta = { updatedBy: 'alice', updatedAt: new Date(0) }

/** The rule as a person would say it: look at the places one after the other, the narrowest first. */
function oracle(variables: readonly Variable[], phase: 'plan' | 'apply', of: VariableIdentity) {
  const places = [
    { component: 'db', environment: 'prod' },
    { component: 'db', environment: undefined },
    { component: undefined, environment: 'prod' },
    { component: undefined, environment: undefined },
  ]
  return places.flatMap((place) =>
    [phase, 'both'].flatMap((wanted) =>
      variables.filter(
        (one) =>
          one.kind === of.kind &&
          one.name === of.name &&
          one.phase === wanted &&
          one.component === place.component &&
          one.environment === place.environment,
      ),
    ),
  )
}

test('what counts, and what it hides, is what looking at one place after the other finds', () => {
  fc.assert(
    fc.property(rows, fc.constantFrom('plan' as const, 'apply' as const), (variables, phase) => {
      const chosen = effectiveIn(variables, here, phase)
      for (const kind of ['terraform', 'environment'] as const) {
        for (const name of ['A', 'B']) {
          const [first, ...rest] = oracle(variables, phase, { kind, name, phase: 'both' })
          const found = chosen.filter(
            ({ variable }) => variable.kind === kind && variable.name === name,
          )
          expect(found).toEqual(first === undefined ? [] : [{ variable: first, hides: rest }])
        }
      }
    }),
  )
})

test('the list of a workspace says of each phase what counts in it', () => {
  fc.assert(
    fc.property(rows, (variables) => {
      const list = effectiveVariables(variables, here)
      for (const phase of ['plan', 'apply'] as const) {
        const ids = list
          .filter(({ phases }) => phases.includes(phase))
          .map(({ variable }) => variable.id)
        const expected = effectiveIn(variables, here, phase).map(({ variable }) => variable.id)
        expect(ids.sort()).toEqual(expected.sort())
      }
      expect(new Set(list.map(({ variable }) => variable.id)).size).toBe(list.length)
    }),
  )
})

test('a value for one phase hides that for both at its place, and not a narrower one', () => {
  const at = (id: string, phase: Variable['phase'], component?: string): Variable => {
    return { ...meta, id, kind: 'environment', name: 'TOKEN', phase, component }
  }
  const wide = at('wide', 'both')
  const wideApply = at('wide-apply', 'apply')
  const narrow = at('narrow', 'both', 'db')

  expect(effectiveVariables([wide, wideApply], here)).toMatchObject([
    { variable: wideApply, hides: [wide], phases: ['apply'] },
    { variable: wide, hides: [], phases: ['plan'] },
  ])
  expect(effectiveVariables([wide, wideApply, narrow], here)).toMatchObject([
    { variable: narrow, hides: [wideApply, wide], phases: ['plan', 'apply'] },
  ])
})

test('a component counts before an environment', () => {
  const ofComponent: Variable = { ...meta, id: 'c', ...token, component: 'db' }
  const ofEnvironment: Variable = { ...meta, id: 'e', ...token, environment: 'prod' }

  expect(effectiveIn([ofEnvironment, ofComponent], here, 'plan')).toEqual([
    { variable: ofComponent, hides: [ofEnvironment] },
  ])
})

test('what the manifest gives itself hides the variable of that kind and name', () => {
  const both: readonly Variable[] = [
    { ...meta, id: 't', kind: 'terraform', name: 'size', phase: 'both' },
    { ...meta, id: 'e', kind: 'environment', name: 'size', phase: 'both' },
  ]

  expect(effectiveVariables(both, here, { terraform: ['size'] })).toMatchObject([
    { variable: { id: 'e' }, hiddenBy: undefined },
    { variable: { id: 't' }, hiddenBy: 'manifest' },
  ])
})
