import { expect, test } from 'vitest'
import { isPostmasterOf, parsePidFile } from './pid-file.ts'

const whole = '4711\n/data\n1763690000\n5432\n/run/portolan\n\n  1234 5\nready   \n'

test('a ready server: its pid and where its socket is', () => {
  expect(parsePidFile(whole)).toEqual({ pid: 4711, socketDirectory: '/run/portolan', ready: true })
})

test.each([
  ['starting', whole.replace('ready   ', 'starting'), '/run/portolan'],
  ['stopping', whole.replace('ready   ', 'stopping'), '/run/portolan'],
  ['before it has a socket', '4711\n/data\n1763690000\n5432\n', undefined],
])('a server that is not ready: %s', (_, text, socketDirectory) => {
  expect(parsePidFile(text)).toEqual({ pid: 4711, socketDirectory, ready: false })
})

test.each(['', '47', 'garbage\n', '0\n'])('a torn file says nothing: %j', (text) => {
  expect(parsePidFile(text)).toBeUndefined()
})

test.each([
  [['/pg/bin/postgres', '-D', '/data', '-c', 'x=y'], true],
  [['/pg/bin/postgres', '-D', '/data-2'], false],
  [['postgres: portolan: checkpointer '], false],
  [['/usr/bin/vim', '/data'], false],
  [[''], false],
])('is it the postmaster of /data: %j', (argv, expected) => {
  expect(isPostmasterOf('/data', argv)).toBe(expected)
})
