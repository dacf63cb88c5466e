/** How far an apply has come, as far as it was told. */
export interface Progress {
  /** Something was told at all. */
  readonly isKnown: boolean
  readonly done: number
  readonly failed: number
  /** What it is at, the latest first. */
  readonly active: readonly string[]
}

export const noProgress: Progress = { isKnown: false, done: 0, failed: 0, active: [] }

/** With one more event of its change; those of other runs do not count. */
export function withProgress(before: Progress, event: unknown, runId: number): Progress {
  if (!isProgress(event) || event.run !== runId) return before
  const others = before.active.filter((address) => address !== event.address)
  return {
    isKnown: true,
    done: before.done + (event.status === 'done' ? 1 : 0),
    failed: before.failed + (event.status === 'failed' ? 1 : 0),
    active: event.status === 'started' ? [event.address, ...others] : others,
  }
}

interface ProgressEvent {
  readonly run: number
  readonly address: string
  readonly status: string
}

function isProgress(event: unknown): event is ProgressEvent {
  return (
    typeof event === 'object' &&
    event !== null &&
    'event' in event &&
    event.event === 'progress' &&
    'run' in event &&
    'address' in event &&
    typeof event.address === 'string' &&
    'status' in event
  )
}
