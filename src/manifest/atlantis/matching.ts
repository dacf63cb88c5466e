/** What a text is made of. Patterns of other people are matched in linear time, whatever they write. */
export type Pattern =
  | { readonly is: 'sign'; readonly fits: (sign: string) => boolean }
  | { readonly is: 'all' | 'either'; readonly parts: readonly Pattern[] }
  /** Any number of times; at least once if `once`. */
  | { readonly is: 'many'; readonly part: Pattern; readonly once: boolean }
  | { readonly is: 'maybe'; readonly part: Pattern }
  | { readonly is: 'start' | 'end' }

export const anySign: Pattern = { is: 'sign', fits: () => true }

export function signs(text: string): Pattern[] {
  return [...text].map((one) => ({ is: 'sign', fits: (sign) => sign === one }))
}

export interface Matcher {
  matches(text: string): boolean
}

interface Go {
  readonly is: 'go'
  to: readonly number[]
}

type Step =
  | { readonly is: 'sign'; readonly fits: (sign: string) => boolean }
  | Go
  | { readonly is: 'start' | 'end' | 'found' }

const MOST_STEPS = 5000

/**
 * Makes a matcher of a pattern.
 * @param whole whether it has to fit all of a text, or any part of it
 * @returns undefined for a pattern that is too large
 */
export function matcherOf(pattern: Pattern, whole: boolean): Matcher | undefined {
  const steps: Step[] = []
  if (!write(pattern, steps)) return undefined
  steps.push({ is: 'found' })
  return { matches: (text) => run(steps, [...text], whole) }
}

/** Writes the steps of a pattern; false when there are too many. */
function write(pattern: Pattern, steps: Step[]): boolean {
  if (steps.length > MOST_STEPS) return false
  switch (pattern.is) {
    case 'sign':
    case 'start':
    case 'end':
      steps.push(pattern)
      return true
    case 'all':
      return pattern.parts.every((part) => write(part, steps))
    case 'either':
      return writeEither(pattern.parts, steps)
    case 'maybe':
      return writeEither([pattern.part, { is: 'all', parts: [] }], steps)
    case 'many':
      return writeMany(pattern.part, pattern.once, steps)
  }
}

function writeEither(parts: readonly Pattern[], steps: Step[]): boolean {
  const fork: Go = { is: 'go', to: [] }
  steps.push(fork)
  const starts: number[] = []
  const ends: Go[] = []
  for (const part of parts) {
    starts.push(steps.length)
    if (!write(part, steps)) return false
    const end: Go = { is: 'go', to: [] }
    ends.push(end)
    steps.push(end)
  }
  fork.to = starts
  for (const end of ends) end.to = [steps.length]
  return true
}

function writeMany(part: Pattern, once: boolean, steps: Step[]): boolean {
  const enter: Go = { is: 'go', to: [] }
  steps.push(enter)
  const start = steps.length
  if (!write(part, steps)) return false
  steps.push({ is: 'go', to: [start, steps.length + 1] })
  enter.to = once ? [start] : [start, steps.length]
  return true
}

/** All places where it could stand, moved on sign by sign. */
function run(steps: readonly Step[], text: readonly string[], whole: boolean): boolean {
  let open = new Set<number>()
  for (let at = 0; at <= text.length; at += 1) {
    const edge = { isStart: at === 0, isEnd: at === text.length }
    if (at === 0 || !whole) reach(steps, 0, open, edge)
    const found = open.has(steps.length - 1)
    if (found && (edge.isEnd || !whole)) return true
    const sign = text[at]
    if (sign === undefined) return false
    const next = new Set<number>()
    const after = { isStart: false, isEnd: at + 1 === text.length }
    for (const place of open) {
      const step = steps[place]
      if (step?.is === 'sign' && step.fits(sign)) reach(steps, place + 1, next, after)
    }
    open = next
  }
  return false
}

interface Edge {
  readonly isStart: boolean
  readonly isEnd: boolean
}

function reach(steps: readonly Step[], from: number, open: Set<number>, edge: Edge): void {
  const ways = [from]
  for (let place = ways.pop(); place !== undefined; place = ways.pop()) {
    if (open.has(place)) continue
    open.add(place)
    const step = steps[place]
    if (step?.is === 'go') ways.push(...step.to)
    if ((step?.is === 'start' && edge.isStart) || (step?.is === 'end' && edge.isEnd)) {
      ways.push(place + 1)
    }
  }
}
