import { availableParallelism, totalmem } from 'node:os'

/** What a plan with a big provider takes. */
const BYTES_PER_RUN = 0.75 * 1024 ** 3

/**
 * How many runs of a change go on at once: what was asked for, else what cores and memory bear.
 * More than twice the cores would only thrash.
 */
export function slots(asked: number | undefined): number {
  if (asked !== undefined) return asked
  const byMemory = Math.floor(totalmem() / BYTES_PER_RUN)
  return Math.max(1, Math.min(2 * availableParallelism(), byMemory))
}
