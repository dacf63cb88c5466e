/** `4s`, `2m 05s`, `1h 03m`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`
  return `${Math.floor(whole / 3600)}h ${two(Math.floor((whole % 3600) / 60))}m`
}

/** `just now`, `5 min ago`, `3 h ago`, `2 days ago`; a date after two weeks. */
export function ago(then: Date, now: Date): string {
  const seconds = (now.getTime() - then.getTime()) / 1000
  if (seconds < 45) return 'just now'
  if (seconds < 3570) return `${Math.max(1, Math.round(seconds / 60))} min ago`
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`
  const days = Math.round(seconds / 86_400)
  if (days <= 14) return days === 1 ? 'yesterday' : `${days} days ago`
  return then.toISOString().slice(0, 10)
}

/** `2026-03-01 12:03`, local time. */
export function moment(time: Date): string {
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`
}

/** Milliseconds of `30d`, `12h`, `90m`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const parts = /^(\d{1,6})([mhdw])$/.exec(text)
  if (parts?.[1] === undefined) return undefined
  const unit = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }[parts[2] ?? '']
  return unit === undefined ? undefined : Number(parts[1]) * unit
}

/** `1.4 MB`. */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = size / 1000
  let unit = 0
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
