import { expect, test } from 'vitest'
import { isDiskFull, isLostConnection, isPassing, lastLines, startFailure } from './failures.ts'

test.each([
  ['FATAL:  lock file "postmaster.pid" already exists', 'another-runs'],
  ['FATAL:  lock file "/tmp/p/.s.PGSQL.5432.lock" already exists', 'another-runs'],
  ['FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use', 'another-runs'],
  ['PANIC:  could not write to file "pg_wal/x": No space left on device', 'disk-full'],
  ['FATAL:  could not create lock file: Disk quota exceeded', 'disk-full'],
  ['FATAL:  configuration file contains errors', 'other'],
])('what a server said that did not start: %s', (output, expected) => {
  expect(startFailure(output)).toBe(expected)
})

function failure(message: string, code?: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code })
}

test.each([
  [failure('x', 'ENOSPC'), true],
  [failure('x', '53100'), true],
  [failure('x', '23505'), false],
  ['text', false],
])('is the disk full: %s', (error, expected) => {
  expect(isDiskFull(error)).toBe(expected)
})

test('a connection that ended, and one that was refused for another reason', () => {
  expect(isLostConnection(failure('Connection terminated unexpectedly'))).toBe(true)
  expect(isLostConnection(failure('terminating connection', '57P01'))).toBe(true)
  expect(isLostConnection(failure('too many', '53300'))).toBe(false)
  expect(isPassing(failure('too many', '53300'))).toBe(true)
  expect(isPassing(failure('peer authentication failed', '28000'))).toBe(false)
})

test('the end of a log', () => {
  expect(lastLines('a\nb\nc\n', 2)).toBe('b\nc')
})
