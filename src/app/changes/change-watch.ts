import type { ChangeEvent } from '../../changes/index.ts'

/** Why a watch ended when it was not a person who wanted it: the server is told to end. */
export const SHUTDOWN = 'shutdown'

/** Somebody who watches a change, and may end it. */
export interface ChangeWatch {
  event(event: ChangeEvent): void
  /** Aborted when the person cancels: nothing new starts, what runs ends gracefully. */
  readonly cancelled: AbortSignal
  /** Aborted when the person forces the end. */
  readonly forced: AbortSignal
}
