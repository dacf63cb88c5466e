/** A number of places, each for one at a time; who comes first gets the next that is free. */
export interface Places {
  /** Waits for a place; returns what gives it back. Once cancelled there is nothing to wait for. */
  take(cancelled: AbortSignal): Promise<() => void>
}

export function createPlaces(count: number): Places {
  let free = count
  const waiting: (() => void)[] = []
  const leave = () => {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }
  return {
    async take(cancelled) {
      if (cancelled.aborted) return () => undefined
      if (free > 0) {
        free -= 1
        return once(leave)
      }
      const isTaken = await new Promise<boolean>((resolve) => {
        const mine = () => resolve(true)
        waiting.push(mine)
        cancelled.addEventListener('abort', () => {
          const at = waiting.indexOf(mine)
          if (at >= 0) waiting.splice(at, 1)
          resolve(at < 0)
        })
      })
      return isTaken ? once(leave) : () => undefined
    },
  }
}

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}
