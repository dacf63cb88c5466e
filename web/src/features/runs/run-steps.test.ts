import { expect, test } from 'vitest'
import type { Run, RunEvent, RunStatus } from '../../lib/types.ts'
import { stepsOf } from './run-steps.ts'

const start = Date.parse('2026-01-01T00:00:00.000Z')

function moment(seconds: number): string {
  return new Date(start + seconds * 1000).toISOString()
}

function steps(status: RunStatus, moves: Readonly<Partial<Record<RunStatus, number>>>) {
  const events = Object.entries(moves).map(
    ([to, seconds], seq): RunEvent => ({ seq, type: 'status', data: { to }, at: moment(seconds) }),
  )
  const run = { status, createdAt: moment(0) } as Run
  return stepsOf(run, events).map(({ name, state, spent, since }) =>
    [name, state, spent, since && since - start].filter((part) => part !== undefined).join(' '),
  )
}

test('an apply that went through took so long in each step', () => {
  expect(steps('applied', { planning: 2, planned: 5, applying: 65, applied: 75 })).toEqual([
    'queue done 2000',
    'plan done 3000',
    'approval done 60000',
    'apply done 10000',
  ])
})

test('where it stands goes on', () => {
  expect(steps('planned', { planning: 2, planned: 5 })).toEqual([
    'queue done 2000',
    'plan done 3000',
    'approval now 5000',
    'apply todo',
  ])
})

test('what comes behind a failure never comes', () => {
  expect(steps('failed', { planning: 1, failed: 4 })).toEqual([
    'queue done 1000',
    'plan failed 3000',
    'approval left-out',
    'apply left-out',
  ])
  expect(steps('unchanged', { planning: 1, unchanged: 4 })[1]).toBe('plan done 3000')
})

test('an apply whose end nobody saw is told as that', () => {
  const [, , , apply] = steps('unknown', { planning: 1, planned: 2, applying: 3, unknown: 9 })
  expect(apply).toBe('apply unknown 6000 9000')
})

test('a run whose events are not there is told by its own moments', () => {
  const run = {
    status: 'applied',
    createdAt: moment(0),
    plannedAt: moment(4),
    applyingAt: moment(5),
    finishedAt: moment(8),
  } as Run
  expect(stepsOf(run, []).map(({ state, spent }) => [state, spent])).toEqual([
    ['done', 4000],
    ['done', undefined],
    ['done', 1000],
    ['done', 3000],
  ])
})
