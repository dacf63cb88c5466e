import { expect, test } from 'vitest'
import { duration, relative } from './time.ts'

const now = Date.parse('2026-03-10T12:00:00.000Z')

test.for([
  ['2026-03-10T11:59:58.000Z', 'just now'],
  ['2026-03-10T12:00:02.000Z', 'just now'],
  ['2026-03-10T12:00:12.000Z', 'just now'],
  ['2026-03-10T12:00:45.000Z', 'in a moment'],
  ['2026-03-10T11:57:01.000Z', '2 minutes ago'],
  ['2026-03-10T09:00:00.000Z', '3 hours ago'],
  ['2026-03-09T12:00:00.000Z', 'yesterday'],
  ['2026-03-03T11:00:00.000Z', 'last week'],
  ['2024-03-03T11:00:00.000Z', '2 years ago'],
  ['2026-03-13T11:59:58.000Z', 'in 3 days'],
] as const)('%s is %s', ([moment, words]) => {
  expect(relative(moment, now)).toBe(words)
})

test.for([
  [412, '0.4 s'],
  [12_300, '12 s'],
  [185_000, '3 min 5 s'],
  [180_000, '3 min'],
  [7_800_000, '2 h 10 min'],
  [-5, '0.0 s'],
] as const)('%d ms are %s', ([milliseconds, words]) => {
  expect(duration(milliseconds)).toBe(words)
})
