import { describe, expect, test } from 'vitest'
import {
  changeEvents,
  START,
  type SyntheticChange,
} from '../../../../test/support/change-events.ts'
import { remainingSeconds } from './eta.ts'
import { startModel } from './model.ts'
import { reduce } from './reduce.ts'

const component = (name: string, apply: number, ...needs: string[]) => ({
  name,
  needs,
  plan: 1,
  apply,
})
const base: SyntheticChange = {
  phase: 'apply',
  components: [component('a', 30), component('b', 20), component('c', 10)],
  environments: [{ name: 'dev' }],
  limit: 2,
}

function left(change: SyntheticChange, seconds: number): number | undefined {
  const now = START + seconds * 1000
  const model = changeEvents(change)
    .filter((event) => event.at.getTime() <= now)
    .reduce(reduce, startModel({ goal: change.phase, limit: change.limit }))
  return remainingSeconds(model, now)
}

describe('the time that is left', () => {
  test('is played through in as many slots as there are, from what is at work now', () => {
    expect(left(base, 0)).toBe(30)
    expect(left({ ...base, limit: 1 }, 0)).toBe(60)
    expect(left({ ...base, limit: 1 }, 12)).toBe(48)
    expect(left(base, 100)).toBe(0)
  })

  test('follows what needs what', () => {
    const chain = [component('a', 30), component('b', 20, 'a'), component('c', 10, 'b')]
    expect(left({ ...base, components: chain }, 0)).toBe(60)
  })

  test('respects how much an environment bears', () => {
    expect(left({ ...base, environments: [{ name: 'dev', concurrency: 1 }], limit: 8 }, 0)).toBe(60)
  })

  test('lets an environment begin when the one before is done', () => {
    const environments = [{ name: 'dev' }, { name: 'prod', after: 'dev' }]
    expect(left({ ...base, environments, limit: 8 }, 0)).toBe(60)
    expect(left({ ...base, phase: 'plan', environments, limit: 8 }, 0)).toBe(1)
  })

  test('does not count what waits for a person', () => {
    const gate = { approvals: 1, from: [], window: undefined, destroy: 'allow' } as const
    const environments = [{ name: 'dev' }, { name: 'prod', after: 'dev', gate }]
    expect(left({ ...base, environments, gated: ['prod'] }, 0)).toBe(30)
    expect(left({ ...base, environments, gated: ['prod'] }, 100)).toBe(0)
  })

  test('does not count what failed stands in the way of', () => {
    const environments = [{ name: 'dev' }, { name: 'prod', after: 'dev' }]
    const failures = new Map([['c@dev', 'Error: no\n']])
    expect(left({ ...base, environments, failures, limit: 3 }, 10)).toBe(20)
  })

  test('takes the median where nothing is known, and is unknown when nothing at all is', () => {
    const withoutHistory = { ...base, withoutHistory: true, limit: 1 }
    expect(left(withoutHistory, 0)).toBeUndefined()
    // One of 30 seconds is over, one has run for 5 and one is yet to come.
    expect(left(withoutHistory, 35)).toBe(25 + 30)
  })

  test('is unknown while nobody knows how long an apply takes', () => {
    const planned = changeEvents({ ...base, phase: 'plan', withoutHistory: true })
    const model = planned.reduce(reduce, startModel({ goal: 'apply', limit: 2 }))
    expect(model.nodes[0]?.took).toEqual({ plan: 1 })
    expect(remainingSeconds(model, START)).toBeUndefined()
  })

  test('of what takes longer than ever before is short', () => {
    const slow = changeEvents({ ...base, limit: 1 }).filter((event) => event.at.getTime() === START)
    const model = slow.reduce(reduce, startModel({ goal: 'apply', limit: 1 }))
    expect(remainingSeconds(model, START + 1_000_000)).toBe(1 + 20 + 10)
  })
})
