import type { TaskEnd } from '../../changes/index.ts'

/** What `workOff` needs of a schedule. */
interface Schedule {
  next(): readonly string[]
  end(id: string, how: TaskEnd): void
}

/**
 * Performs the tasks of a schedule, each as soon as the schedule lets it start, until nothing runs
 * and nothing can start. After the signal nothing new starts, and what runs is waited for.
 * @throws what a task throws, after all running ones have ended
 */
export async function workOff(
  schedule: Schedule,
  cancelled: AbortSignal,
  perform: (id: string) => Promise<TaskEnd>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  const faults: unknown[] = []
  const start = (id: string) => {
    const task: Promise<void> = perform(id)
      .catch((error: unknown) => {
        faults.push(error)
        return 'failed' as const
      })
      .then((how) => {
        schedule.end(id, how)
        running.delete(task)
      })
    running.add(task)
  }
  for (;;) {
    if (!cancelled.aborted && faults.length === 0) schedule.next().forEach(start)
    if (running.size === 0) break
    await Promise.race(running)
  }
  if (faults.length > 0) throw faults[0]
}
