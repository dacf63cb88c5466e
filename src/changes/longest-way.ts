import type { Task } from './task.ts'

/**
 * Seconds of the longest way from the start of each task to the end of everything that needs it. A
 * task of which nothing is known takes as long as the one in the middle of those that are known.
 * @throws Error when the needs go round in a circle
 */
export function longestWays(
  tasks: readonly Task[],
  dependents: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, number> {
  const usual = median(tasks.flatMap(({ seconds }) => seconds ?? [])) ?? 1
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const waiting = new Map([...dependents].map(([id, those]) => [id, those.length]))
  const ways = new Map<string, number>()
  const done = tasks.filter(({ id }) => waiting.get(id) === 0)
  for (const { id, needs, seconds } of done) {
    const behind = (dependents.get(id) ?? []).map((name) => ways.get(name) ?? 0)
    ways.set(id, (seconds ?? usual) + behind.reduce((a, b) => Math.max(a, b), 0))
    for (const need of new Set(needs)) {
      const task = byId.get(need)
      if (task === undefined) continue
      const left = (waiting.get(need) ?? 0) - 1
      waiting.set(need, left)
      if (left === 0) done.push(task)
    }
  }
  const missing = tasks.find(({ id }) => !ways.has(id))
  if (missing !== undefined)
    throw new Error(`what ${missing.id} needs, or is needed by, is a circle`)
  return ways
}

function median(numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
