/** When a gate is open: `Mon-Thu 09:00-16:00 Europe/London`, by the clocks on the wall there. */
export interface Window {
  /** As written. */
  readonly text: string
  /** 1 is Monday, 7 is Sunday. Of a window over midnight it is the day on which it opens. */
  readonly days: readonly number[]
  /** Minutes after midnight. */
  readonly from: number
  /** Minutes after midnight, not included; 1440 is the end of the day; before `from`: of the next day. */
  readonly to: number
  /** `Europe/London` */
  readonly zone: string
}

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const form = /^(?:(\S+)\s+)?(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)\s+(\S+)$/
const MINUTE = 60_000
const DAY = 1440 * MINUTE

/** Reads `[days] HH:MM-HH:MM zone`; undefined when the text is no window. */
export function parseWindow(text: string): Window | undefined {
  const parts = form.exec(text.trim())
  if (parts === null) return undefined
  const [, dayText, fromHour = '', fromMinute = '', toHour = '', toMinute = '', zone = ''] = parts
  const days = dayText === undefined ? [1, 2, 3, 4, 5, 6, 7] : parseDays(dayText)
  const from = minutes(fromHour, fromMinute)
  const to = minutes(toHour, toMinute)
  if (days === undefined || from === undefined || from === 1440) return undefined
  if (to === undefined || to === from || !isTimeZone(zone)) return undefined
  return { text, days, from, to, zone }
}

/** Whether there is a time zone of this name. */
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** Whether the window is open at a moment. */
export function isOpen(window: Window, at: Date): boolean {
  const { day, minute } = wallTime(window.zone, at.getTime())
  const before = day === 1 ? 7 : day - 1
  if (window.from < window.to) {
    return window.days.includes(day) && window.from <= minute && minute < window.to
  }
  const opened = window.days.includes(day) && window.from <= minute
  return opened || (window.days.includes(before) && minute < window.to)
}

/** The first moment from `at` on at which the window is open: `at` itself when it is open now. */
export function nextOpening(window: Window, at: Date): Date {
  if (isOpen(window, at)) return at
  const start = at.getTime()
  const today = wallTime(window.zone, start).midnight
  // It opens when the clock strikes `from`, or when the clock is put forward into it. A day may be
  // missing altogether (Samoa, 2011), so two weeks do for any window.
  const days = Array.from({ length: 17 }, (_, day) => today + (day - 1) * DAY)
  const openings = days
    .flatMap((midnight) => momentsOf(window, midnight))
    .filter((moment) => moment > start && isOpen(window, new Date(moment)))
  return new Date(openings.reduce((a, b) => Math.min(a, b)))
}

/** When the window may open on a calendar day, which its midnight by UTC stands for. */
function momentsOf(window: Window, midnight: number): number[] {
  const { zone, from } = window
  const [before, after] = [midnight - DAY, midnight + 2 * DAY]
  const [early, late] = [offset(zone, before), offset(zone, after)]
  const strike = midnight + from * MINUTE
  if (early === late) return [strike - early]
  return [strike - early, strike - late, clockChange(zone, before, after)]
}

/** The moment between two others at which the clock is put forward or back. */
function clockChange(zone: string, before: number, after: number): number {
  const early = offset(zone, before)
  let [low, high] = [before, after]
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000
    if (offset(zone, middle) === early) low = middle
    else high = middle
  }
  return high
}

interface WallTime {
  readonly day: number
  readonly minute: number
  /** Midnight of that calendar day, as if the clock were UTC's. */
  readonly midnight: number
  /** The whole reading, as if the clock were UTC's. */
  readonly reading: number
}

const clocks = new Map<string, Intl.DateTimeFormat>()

function wallTime(zone: string, moment: number): WallTime {
  const clock = clocks.get(zone) ?? newClock(zone)
  clocks.set(zone, clock)
  const parts = new Map(clock.formatToParts(moment).map(({ type, value }) => [type, Number(value)]))
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  const midnight = Date.UTC(of('year'), of('month') - 1, of('day'))
  const minute = of('hour') * 60 + of('minute')
  const reading = midnight + minute * MINUTE + of('second') * 1000
  return { day: new Date(midnight).getUTCDay() || 7, minute, midnight, reading }
}

function newClock(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
}

/** How far the clock of a zone is ahead of UTC. */
function offset(zone: string, moment: number): number {
  const second = Math.floor(moment / 1000) * 1000
  return wallTime(zone, second).reading - second
}

function minutes(hour: string, minute: string): number | undefined {
  const [hours, rest] = [Number(hour), Number(minute)]
  if (rest > 59 || hours * 60 + rest > 1440) return undefined
  return hours * 60 + rest
}

/** `Mon-Thu`, `Mon,Wed,Fri`, `Fri-Mon`. */
function parseDays(text: string): number[] | undefined {
  const found = new Set<number>()
  for (const part of text.toLowerCase().split(',')) {
    const [first = '', last = first, ...more] = part.split('-')
    const from = dayNames.indexOf(first)
    const to = dayNames.indexOf(last)
    if (from < 0 || to < 0 || more.length > 0) return undefined
    for (let day = from; ; day = (day + 1) % 7) {
      found.add(day + 1)
      if (day === to) break
    }
  }
  return [...found].sort((a, b) => a - b)
}
