/** One side of a comparison: `run` does the work once; `before` prepares it and is not counted. */
export interface Side {
  readonly name: string
  readonly before?: (round: number) => Promise<void>
  readonly run: (round: number) => Promise<void>
}

/**
 * Times the sides in turn (A B A B …), so that a machine whose speed drifts slows both alike.
 * @returns each side's median in milliseconds, in the order given.
 */
export async function compare(sides: readonly Side[], rounds: number): Promise<number[]> {
  const times: number[][] = sides.map(() => [])
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, side] of sides.entries()) {
      await side.before?.(round)
      const start = performance.now()
      await side.run(round)
      const took = performance.now() - start
      if (round > 0) times[index]?.push(took) // The first round warms caches up.
    }
  }
  for (const [index, side] of sides.entries()) {
    print(`  ${side.name.padEnd(44)} ${spread(times[index] ?? [])}`)
  }
  return times.map(median)
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** A median, and between what it is one. */
export function spread(times: readonly number[]): string {
  const range = `${format(Math.min(...times))} … ${format(Math.max(...times))}`
  return `${format(median(times)).padStart(9)}  (${range}, n=${times.length})`
}

export function format(milliseconds: number): string {
  return milliseconds < 10_000
    ? `${milliseconds.toFixed(milliseconds < 100 ? 1 : 0)} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`
}

/** The line that ends a benchmark: `bench NAME: OURS vs THEIRS = RATIO`. */
export function conclude(name: string, ours: number, theirs: number): void {
  print(`bench ${name}: ${format(ours)} vs ${format(theirs)} = ${(ours / theirs).toFixed(2)}x`)
}

/** The same for a figure that has a goal: `bench NAME: OURS, goal LIMIT`. */
export function concludeGoal(name: string, ours: number, limit: number): void {
  const word = ours <= limit ? 'met' : 'missed'
  print(`bench ${name}: ${format(ours)}, goal ${format(limit)}: ${word}`)
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
