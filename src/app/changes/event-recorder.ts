import type { ChangeEvent } from '../../changes/index.ts'
import type { Context } from '../context.ts'
import type { ChangeWatch } from './change-watch.ts'

/** A watch whose events are recorded too. */
export interface EventRecorder {
  readonly watch: ChangeWatch
  /** Waits until everything told so far is recorded. */
  flush(): Promise<void>
}

// Each writing is a commit: what comes in quick succession shares one.
const TOGETHER_MILLISECONDS = 40

/** Records what is told of a change beside telling it: in order, without holding back who tells. */
export function recordEvents(
  context: Context,
  changeId: number,
  watch: ChangeWatch,
): EventRecorder {
  let waiting: ChangeEvent[] = []
  let writing: Promise<void> | undefined
  const write = async () => {
    while (waiting.length > 0) {
      const events = waiting
      waiting = []
      await context.persist(() => context.changes.tell(changeId, events))
      if (waiting.length > 0) await sleep(TOGETHER_MILLISECONDS)
    }
  }
  const record = (event: ChangeEvent) => {
    waiting.push(event)
    writing ??= write().finally(() => {
      writing = undefined
    })
    // Whoever flushes is told; until then it is nobody's unhandled fault.
    writing.catch(() => undefined)
  }
  return {
    watch: {
      ...watch,
      event: (event) => {
        watch.event(event)
        if (event.event !== 'log') record(event)
      },
    },
    flush: async () => {
      await writing
    },
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
