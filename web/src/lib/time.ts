import { useSyncExternalStore } from 'react'

const steps = [
  { unit: 'year', seconds: 31_536_000 },
  { unit: 'month', seconds: 2_592_000 },
  { unit: 'week', seconds: 604_800 },
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3600 },
  { unit: 'minute', seconds: 60 },
] as const

const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' })
const exact = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
})

/** `3 minutes ago`, `in 2 days`, `just now`. */
export function relative(moment: string, now: number): string {
  const seconds = (Date.parse(moment) - now) / 1000
  const step = steps.find((one) => Math.abs(seconds) >= one.seconds)
  // Clocks differ a little: what just happened must not seem to come.
  if (step === undefined) return seconds > 30 ? 'in a moment' : 'just now'
  const units = seconds / step.seconds
  // What lies ahead is about so far; what is over is at least so long ago.
  return words.format(units > 0 ? Math.round(units) : Math.trunc(units), step.unit)
}

/** The moment in the reader's own time zone, which is named. */
export function absolute(moment: string): string {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return `${exact.format(new Date(moment))} (${zone})`
}

/** `21 Nov 2026, 14:12:05`, in the reader's own time zone: for a log. */
export function exactly(moment: string): string {
  return exact.format(new Date(moment))
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return joined(`${minutes} min`, whole % 60, 's')
  return joined(`${Math.floor(minutes / 60)} h`, minutes % 60, 'min')
}

function joined(first: string, rest: number, unit: string): string {
  return rest === 0 ? first : `${first} ${rest} ${unit}`
}

let now = Date.now()
const readers = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(reader: () => void): () => void {
  readers.add(reader)
  if (timer === undefined) {
    // Nobody looked at the clock: it stood still.
    now = Date.now()
    timer = setInterval(() => {
      now = Date.now()
      for (const one of readers) one()
    }, 10_000)
  }
  return () => {
    readers.delete(reader)
    if (readers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The time, every ten seconds; one clock for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}
