import { describe, expect, test } from 'vitest'
import type { RunStatus } from '../runs/index.ts'
import type { Result } from './change.ts'
import { becauseOf, isSettled, resultOf } from './result.ts'

function standing(status: RunStatus, reason?: string, provisional = false) {
  return { status, reason, provisional }
}

describe('where a workspace stands', () => {
  test.each<[RunStatus, string | undefined, Result]>([
    ['queued', undefined, 'pending'],
    ['waiting', 'waits for db.host, db.port', 'deferred'],
    ['waiting', 'blocked by db@dev', 'blocked'],
    ['waiting', 'a runner is not free', 'pending'],
    ['planning', undefined, 'planning'],
    ['planned', undefined, 'planned'],
    ['unchanged', undefined, 'unchanged'],
    ['applying', undefined, 'applying'],
    ['applied', undefined, 'applied'],
    ['failed', 'no quota', 'failed'],
    ['cancelled', 'cancelled by bob', 'cancelled'],
    ['unknown', 'the runner was lost', 'unknown'],
    ['closed', 'skipped: `when: false`', 'skipped'],
    ['closed', 'superseded by run-7', 'cancelled'],
    ['closed', undefined, 'cancelled'],
  ])('a run that is %s (%s) makes it %s', (status, reason, result) => {
    expect(resultOf(standing(status, reason))).toBe(result)
  })

  test('a provisional plan is not a plan', () => {
    expect(resultOf(standing('planned', undefined, true))).toBe('provisional')
    expect(becauseOf(standing('planned', undefined, true))).toBe('made from planned values')
    expect(resultOf(standing('applied', undefined, true))).toBe('applied')
  })

  test('is said with its reason, without the word that is the result already', () => {
    expect(becauseOf(standing('closed', 'skipped: not here'))).toBe('not here')
    expect(becauseOf(standing('failed', 'no quota'))).toBe('no quota')
    expect(becauseOf(standing('queued'))).toBeUndefined()
  })

  test('is settled only when it is as the change wants it', () => {
    const settled: Result[] = ['applied', 'unchanged', 'skipped']
    const others: Result[] = [
      'pending',
      'planning',
      'planned',
      'provisional',
      'deferred',
      'applying',
      'failed',
      'blocked',
      'cancelled',
      'unknown',
    ]
    expect(settled.every(isSettled)).toBe(true)
    expect(others.some(isSettled)).toBe(false)
  })
})
