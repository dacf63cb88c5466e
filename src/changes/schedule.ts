/** A task of a schedule. Needs that are not among the tasks are taken as fulfilled. */
export interface Task {
  readonly id: string
  readonly needs: readonly string[]
  /** Tasks of a group share its limit. */
  readonly group: string
  /** How long it takes, from history; undefined when nothing like it ran. */
  readonly seconds: number | undefined
}

export interface ScheduleOptions {
  readonly tasks: readonly Task[]
  /** How many may run at once. */
  readonly limit: number
  /** How many of a group may run at once, where that is limited. */
  readonly groupLimits: ReadonlyMap<string, number>
}

/** `held` waits for a person: what needs it stays pending, and is not blocked. */
export type TaskEnd = 'ok' | 'failed' | 'held'

/** Which task may start, at any moment. */
export interface Schedule {
  /** Starts all that may start now, those with the longest way to go first. */
  next(): string[]
  /** A running task has ended. */
  end(id: string, how: TaskEnd): void
  /** Nothing new starts from now on. */
  failFast(): void
  readonly running: ReadonlySet<string>
  /** Tasks that will never start, each with the failed one that blocks it. */
  readonly blocked: ReadonlyMap<string, string>
}

/** @throws Error when the needs go round in a circle, or an id appears twice */
export function createSchedule(_options: ScheduleOptions): Schedule {
  throw new Error('not built yet')
}
