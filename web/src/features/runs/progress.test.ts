import { expect, test } from 'vitest'
import { noProgress, withProgress } from './progress.ts'

function after(...told: readonly (readonly [address: string, status: string, run?: number])[]) {
  return told.reduce(
    (progress, [address, status, run = 7]) =>
      withProgress(progress, { event: 'progress', run, address, status }, 7),
    noProgress,
  )
}

test('what is begun is active until it is done or has failed, the latest first', () => {
  expect(after(['a', 'started'], ['b', 'started'], ['a', 'done'], ['c', 'started'])).toEqual({
    isKnown: true,
    done: 1,
    failed: 0,
    active: ['c', 'b'],
  })
  expect(after(['a', 'started'], ['a', 'failed'])).toMatchObject({ done: 0, failed: 1, active: [] })
})

test('other runs of the change, and other events, do not count', () => {
  expect(after(['a', 'done', 8])).toBe(noProgress)
  for (const other of [null, 1, {}, { event: 'log', run: 7, text: 'x' }, { event: 'progress' }]) {
    expect(withProgress(noProgress, other, 7)).toBe(noProgress)
  }
})
