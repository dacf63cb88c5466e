import { unavailable } from '../../platform/errors.ts'

export interface Turnstile {
  /** @throws AppError `unavailable` when too many wait already */
  pass<T>(work: () => Promise<T>): Promise<T>
}

/** Lets a few through at a time, keeps a few waiting, and refuses the rest. */
export function createTurnstile(limits: {
  readonly running: number
  readonly waiting: number
}): Turnstile {
  let running = 0
  const queue: (() => void)[] = []
  return {
    pass: async (work) => {
      if (running < limits.running) running += 1
      else if (queue.length < limits.waiting) {
        // Whoever leaves hands the place over.
        await new Promise<void>((resolve) => queue.push(resolve))
      } else {
        throw unavailable('too many people are signing in at this moment', {
          next: 'Try again in a few seconds.',
        })
      }
      try {
        return await work()
      } finally {
        const next = queue.shift()
        if (next === undefined) running -= 1
        else next()
      }
    },
  }
}
