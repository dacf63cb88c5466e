import { createHeap, type Heap } from './heap.ts'
import { longestWays } from './longest-way.ts'
import type { Task } from './task.ts'

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
  /** A running task has ended. @throws Error when it is not running */
  end(id: string, how: TaskEnd): void
  /** Nothing new starts from now on. */
  failFast(): void
  readonly running: ReadonlySet<string>
  /** Tasks that will never start, each with the failed one that blocks it. */
  readonly blocked: ReadonlyMap<string, string>
}

/** @throws Error when the needs go round in a circle, or an id appears twice */
export function createSchedule(options: ScheduleOptions): Schedule {
  return new WorkingSchedule(options)
}

interface Entry {
  readonly task: Task
  /** Seconds of the longest way through the tasks that need it, its own included. */
  readonly way: number
}

class WorkingSchedule implements Schedule {
  readonly running = new Set<string>()
  readonly blocked = new Map<string, string>()
  readonly #entries: ReadonlyMap<string, Entry>
  readonly #dependents: ReadonlyMap<string, readonly string[]>
  /** How many needs of a task have not ended well yet. */
  readonly #missing = new Map<string, number>()
  readonly #groups = new Map<string, Group>()
  readonly #limit: number
  #isStopped = false

  constructor({ tasks, limit, groupLimits }: ScheduleOptions) {
    this.#limit = limit
    this.#dependents = dependentsOf(tasks)
    const ways = longestWays(tasks, this.#dependents)
    this.#entries = new Map(tasks.map((task) => [task.id, { task, way: ways.get(task.id) ?? 0 }]))
    for (const task of tasks) {
      const { group } = task
      if (!this.#groups.has(group)) this.#groups.set(group, newGroup(groupLimits.get(group)))
    }
    for (const entry of this.#entries.values()) {
      const missing = new Set(entry.task.needs.filter((need) => this.#entries.has(need))).size
      this.#missing.set(entry.task.id, missing)
      if (missing === 0) this.#group(entry.task).ready.push(entry)
    }
  }

  next(): string[] {
    const started: string[] = []
    while (!this.#isStopped && this.running.size < this.#limit) {
      const group = this.#bestGroup()
      const entry = group?.ready.pop()
      if (group === undefined || entry === undefined) break
      group.running += 1
      this.running.add(entry.task.id)
      started.push(entry.task.id)
    }
    return started
  }

  end(id: string, how: TaskEnd): void {
    const entry = this.#entries.get(id)
    if (entry === undefined || !this.running.delete(id)) throw new Error(`${id} is not running`)
    this.#group(entry.task).running -= 1
    if (how === 'failed') this.#block(id)
    if (how !== 'ok') return
    for (const name of this.#dependents.get(id) ?? []) this.#fulfil(name)
  }

  failFast(): void {
    this.#isStopped = true
  }

  #fulfil(id: string): void {
    const missing = (this.#missing.get(id) ?? 0) - 1
    this.#missing.set(id, missing)
    const entry = this.#entries.get(id)
    if (missing === 0 && entry !== undefined) this.#group(entry.task).ready.push(entry)
  }

  /** Everything behind a failed task; none of it can be ready, as that one never ends well. */
  #block(failed: string): void {
    const behind = [...(this.#dependents.get(failed) ?? [])]
    for (let id = behind.pop(); id !== undefined; id = behind.pop()) {
      if (this.blocked.has(id)) continue
      this.blocked.set(id, failed)
      behind.push(...(this.#dependents.get(id) ?? []))
    }
  }

  /** The group with room whose first task comes before those of the others. */
  #bestGroup(): Group | undefined {
    let best: { readonly group: Group; readonly first: Entry } | undefined
    for (const group of this.#groups.values()) {
      const first = group.running < group.limit ? group.ready.peek() : undefined
      if (first === undefined) continue
      if (best === undefined || comesBefore(first, best.first)) best = { group, first }
    }
    return best?.group
  }

  #group({ group }: Task): Group {
    const found = this.#groups.get(group)
    if (found === undefined) throw new Error(`there is no group ${group}`)
    return found
  }
}

interface Group {
  readonly limit: number
  readonly ready: Heap<Entry>
  running: number
}

function newGroup(limit = Number.POSITIVE_INFINITY): Group {
  return { limit, ready: createHeap(comesBefore), running: 0 }
}

/** Names decide between equals, so that the order of the input does not matter. */
function comesBefore(a: Entry, b: Entry): boolean {
  return a.way === b.way ? a.task.id < b.task.id : a.way > b.way
}

function dependentsOf(tasks: readonly Task[]): ReadonlyMap<string, readonly string[]> {
  const dependents = new Map<string, string[]>(tasks.map(({ id }) => [id, []]))
  if (dependents.size !== tasks.length) throw new Error('a task appears twice')
  for (const { id, needs } of tasks) {
    for (const need of new Set(needs)) dependents.get(need)?.push(id)
  }
  return dependents
}
