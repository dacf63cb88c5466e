/** A host's clock, which may be ahead of ours by less than a second. */
export interface FakeClock {
  now(): Date
  nextSecond(): void
}

export function aClock(): FakeClock {
  let least = 0
  return {
    now: () => new Date(Math.max(Date.now(), least)),
    nextSecond() {
      least = (Math.floor(Date.now() / 1000) + 1) * 1000
    },
  }
}
