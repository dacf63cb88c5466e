import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isOpen, nextOpening, parseWindow, type Window } from './window.ts'

function windowOf(text: string): Window {
  const window = parseWindow(text)
  if (window === undefined) throw new Error(`no window: ${text}`)
  return window
}

describe('a window is written', () => {
  test.each([
    ['Mon-Thu 09:00-16:00 Europe/London', [1, 2, 3, 4], 540, 960],
    ['mon,WED,fri 9:00-16:30 UTC', [1, 3, 5], 540, 990],
    ['Fri-Mon 00:00-24:00 UTC', [1, 5, 6, 7], 0, 1440],
    ['Mon-Tue,Sat 22:00-06:00 America/New_York', [1, 2, 6], 1320, 360],
    ['  09:00 - 16:00  UTC ', [1, 2, 3, 4, 5, 6, 7], 540, 960],
  ])('%s', (text, days, from, to) => {
    expect(parseWindow(text)).toMatchObject({ text, days, from, to })
  })

  test.each([
    '',
    'Mon-Thu',
    'Mon-Thu 09:00-16:00',
    'Mon-Thu 09:00 Europe/London',
    'Mon-Thu 9-16 Europe/London',
    'Monday 09:00-16:00 UTC',
    'Mon-Wed-Fri 09:00-16:00 UTC',
    'Mon- 09:00-16:00 UTC',
    'Mon-Thu 09:00-09:00 UTC',
    'Mon-Thu 24:00-09:00 UTC',
    'Mon-Thu 09:60-16:00 UTC',
    'Mon-Thu 09:00-24:01 UTC',
    'Mon-Thu 09:00-16:00 Europe/Lodnon',
    'Mon-Thu 09:00-16:00 Europe/London extra',
  ])('but not %j', (text) => {
    expect(parseWindow(text)).toBeUndefined()
  })
})

test.each([
  // Winter and summer in London; Friday is no day of it; the end is not included.
  ['Mon-Thu 09:00-16:00 Europe/London', '2026-01-05T09:00:00Z', true],
  ['Mon-Thu 09:00-16:00 Europe/London', '2026-01-05T08:59:59.999Z', false],
  ['Mon-Thu 09:00-16:00 Europe/London', '2026-07-06T08:00:00Z', true],
  ['Mon-Thu 09:00-16:00 Europe/London', '2026-07-06T15:00:00Z', false],
  ['Mon-Thu 09:00-16:00 Europe/London', '2026-01-09T12:00:00Z', false],
  // Over midnight it belongs to the day on which it opened.
  ['Fri 22:00-06:00 UTC', '2026-01-10T05:59:00Z', true],
  ['Fri 22:00-06:00 UTC', '2026-01-09T05:59:00Z', false],
  ['Sun 22:00-06:00 UTC', '2026-01-05T01:00:00Z', true],
  ['Sat-Sun 00:00-24:00 UTC', '2026-01-11T23:59:59Z', true],
])('%s at %s: open is %s', (text, at, open) => {
  expect(isOpen(windowOf(text), new Date(at))).toBe(open)
})

test.each([
  ['Mon-Thu 09:00-16:00 Europe/London', '2026-01-09T12:00:00Z', '2026-01-12T09:00:00.000Z'],
  ['Mon-Thu 09:00-16:00 Europe/London', '2026-07-06T08:30:00Z', '2026-07-06T08:30:00.000Z'],
  // The night in which the clock goes from 01:00 to 02:00: there is no 01:30.
  ['Sun 01:30-05:00 Europe/London', '2026-03-29T00:00:00Z', '2026-03-29T01:00:00.000Z'],
  // The night in which it is 01:30 twice; between the two the window is closed again.
  ['Sun 01:30-05:00 Europe/London', '2026-10-25T00:00:00Z', '2026-10-25T00:30:00.000Z'],
  ['Sun 01:30-05:00 Europe/London', '2026-10-25T01:10:00Z', '2026-10-25T01:30:00.000Z'],
  // Samoa left out a Friday.
  ['Fri 09:00-10:00 Pacific/Apia', '2011-12-29T12:00:00Z', '2012-01-05T19:00:00.000Z'],
])('%s from %s on opens at %s', (text, at, opening) => {
  expect(nextOpening(windowOf(text), new Date(at)).toISOString()).toBe(opening)
})

const zones = ['UTC', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu']
const twoDigits = (value: number) => String(value).padStart(2, '0')
const time = fc
  .integer({ min: 0, max: 95 })
  .map((quarter) => `${twoDigits(Math.floor(quarter / 4))}:${twoDigits((quarter % 4) * 15)}`)

const anyWindow = fc
  .record({
    days: fc.subarray(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'], { minLength: 1 }),
    from: time,
    to: time,
    zone: fc.constantFrom(...zones),
  })
  .filter(({ from, to }) => from !== to)
  .map(({ days, from, to, zone }) => windowOf(`${days.join(',')} ${from}-${to} ${zone}`))

// Around the nights in which clocks change, and any other day.
const anyMoment = fc
  .tuple(
    fc.constantFrom(
      ...['2026-03-08', '2026-03-29', '2026-04-05', '2026-06-01', '2026-10-04'],
      ...['2026-10-25', '2026-11-01', '2026-12-31'],
    ),
    fc.integer({ min: -2 * 1440, max: 2 * 1440 }),
  )
  .map(([day, minutes]) => new Date(Date.parse(`${day}T00:00:00Z`) + minutes * 60_000))

test('the next opening is open, and no quarter of an hour before it is', () => {
  fc.assert(
    fc.property(anyWindow, anyMoment, (window, at) => {
      const opening = nextOpening(window, at).getTime()
      expect(isOpen(window, new Date(opening))).toBe(true)
      expect(opening).toBeGreaterThanOrEqual(at.getTime())
      const quarter = 15 * 60_000
      // Every zone here is a multiple of a quarter away from UTC, and so is every change of clocks.
      const first = Math.ceil(at.getTime() / quarter) * quarter
      for (let moment = first; moment < opening; moment += quarter) {
        expect(isOpen(window, new Date(moment))).toBe(false)
      }
      if (opening > at.getTime()) expect(isOpen(window, new Date(opening - 1))).toBe(false)
    }),
    { numRuns: 80 },
  )
})
