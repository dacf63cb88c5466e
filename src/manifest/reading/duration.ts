const form = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/

/** Node's timers end here: 24 days. */
const MOST_SECONDS = 24 * 24 * 3600

/** Seconds of `10m`, `90s` or `1h30m`; undefined when the text is no duration, or none above zero. */
export function secondsOf(text: string): number | undefined {
  const parts = form.exec(text)
  if (parts === null) return undefined
  const [, hours = '0', minutes = '0', seconds = '0'] = parts
  const sum = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return sum > 0 && sum <= MOST_SECONDS ? sum : undefined
}
