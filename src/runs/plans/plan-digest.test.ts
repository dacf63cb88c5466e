import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PlanFacts } from '../run.ts'
import { planDigest } from './plan-digest.ts'

const text = fc.string({ maxLength: 8 })
const facts: fc.Arbitrary<PlanFacts> = fc.record({
  planFile: text,
  source: text,
  state: fc.option(fc.record({ lineage: text, serial: fc.nat(9) }), { nil: undefined }),
  inputs: text,
  tool: text,
})

function same(one: PlanFacts, other: PlanFacts): boolean {
  return (
    one.planFile === other.planFile &&
    one.source === other.source &&
    one.inputs === other.inputs &&
    one.tool === other.tool &&
    one.state?.lineage === other.state?.lineage &&
    one.state?.serial === other.state?.serial
  )
}

describe('the digest that an approval binds', () => {
  test('is equal exactly when every fact is equal', () => {
    fc.assert(
      fc.property(facts, facts, (one, other) => {
        expect(planDigest(one) === planDigest(other)).toBe(same(one, other))
      }),
    )
  })

  test('changes with each single fact', () => {
    const base: PlanFacts = {
      planFile: 'p',
      source: 's',
      state: { lineage: 'l', serial: 4 },
      inputs: 'i',
      tool: 't',
    }
    const others: PlanFacts[] = [
      { ...base, planFile: 'P' },
      { ...base, source: 'S' },
      { ...base, inputs: 'I' },
      { ...base, tool: 'T' },
      { ...base, state: undefined },
      { ...base, state: { lineage: 'l', serial: 5 } },
      { ...base, state: { lineage: 'L', serial: 4 } },
    ]

    expect(new Set([base, ...others].map(planDigest)).size).toBe(8)
    expect(planDigest(base)).toMatch(/^[0-9a-f]{64}$/)
  })

  test('does not depend on the order in which a database gives the keys back', () => {
    fc.assert(
      fc.property(facts, (each) => {
        const reversed = Object.fromEntries(
          Object.entries(each).toReversed(),
        ) as unknown as PlanFacts
        expect(planDigest(reversed)).toBe(planDigest(each))
      }),
    )
  })
})
