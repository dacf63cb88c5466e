import { tooMany } from '../../platform/errors.ts'

/** How guessing is slowed down for one kind of key. */
export interface Pace {
  /** Failures that cost nothing. */
  readonly free: number
  /** Milliseconds of the longest pause; the first is a second, each is twice the one before. */
  readonly longest: number
}

export interface Attempt {
  /** It was no guess. */
  succeeded(): void
  /** Nothing was compared: nobody learned anything. */
  takenBack(): void
}

export interface Slowdown {
  /**
   * Counts an attempt as failed until it has succeeded, so that guessing at the same time is no faster.
   * @throws AppError `too_many` when a pause is not over
   */
  begin(account: string, address: string): Attempt
}

interface Entry {
  failures: number
  last: number
}

const MINUTE = 60_000
const MEMORY = 60 * MINUTE
const ENTRIES = 10_000

const paces = {
  // From here: someone forgot a password, or guesses.
  pair: { free: 5, longest: 15 * MINUTE },
  // From everywhere: short, as anybody can make anybody wait.
  account: { free: 30, longest: MINUTE },
  // Everybody's: many people may share an address.
  address: { free: 50, longest: 15 * MINUTE },
} as const satisfies Record<string, Pace>

/**
 * Slows guessing down for an account, an address, and one from the other. In memory and of bounded
 * size: what was longest unused is forgotten first.
 */
export function createSlowdown(now: () => number = Date.now): Slowdown {
  const pair = createCounter(paces.pair, now)
  const account = createCounter(paces.account, now)
  const address = createCounter(paces.address, now)
  return {
    begin: (name, from) => {
      const network = networkOf(from)
      const both = `${name} ${network}`
      const pause = Math.max(pair.pause(both), account.pause(name), address.pause(network))
      if (pause > 0) throw refusal(pause)
      pair.add(both)
      account.add(name)
      address.add(network)
      return {
        succeeded: () => {
          pair.clear(both)
          account.takeBack(name)
          address.takeBack(network)
        },
        takenBack: () => {
          pair.takeBack(both)
          account.takeBack(name)
          address.takeBack(network)
        },
      }
    },
  }
}

function createCounter({ free, longest }: Pace, now: () => number) {
  const entries = new Map<string, Entry>()
  const current = (key: string) => {
    const entry = entries.get(key)
    return entry !== undefined && now() - entry.last < MEMORY ? entry : undefined
  }
  const set = (key: string, entry: Entry) => {
    // A map keeps the order in which its entries came.
    entries.delete(key)
    entries.set(key, entry)
    const [oldest] = entries.keys()
    if (entries.size > ENTRIES && oldest !== undefined) entries.delete(oldest)
  }
  return {
    pause: (key: string) => {
      const entry = current(key)
      if (entry === undefined || entry.failures < free) return 0
      const length = Math.min(longest, 1000 * 2 ** Math.min(entry.failures - free, 30))
      return entry.last + length - now()
    },
    add: (key: string) => set(key, { failures: (current(key)?.failures ?? 0) + 1, last: now() }),
    takeBack: (key: string) => {
      const entry = current(key)
      if (entry !== undefined) set(key, { ...entry, failures: Math.max(0, entry.failures - 1) })
    },
    clear: (key: string) => void entries.delete(key),
  }
}

function refusal(pause: number) {
  const seconds = Math.ceil(pause / 1000)
  return tooMany('there were too many attempts to sign in', {
    next: `Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`,
    details: { retryAfter: seconds },
  })
}

/** Whoever has one address of IPv6 has all 2^64 of its network. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.toLowerCase().split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? 0 : 8 - front.length - back.length
  const groups = [...front, ...Array.from({ length: Math.max(0, gap) }, () => '0'), ...back]
  return groups.slice(0, 4).join(':')
}
