import type { ChangeEvent } from '../../changes/index.ts'

/** Why a watch ended when the change is to stay open: it is stopped, or the server ends. */
export const STAYS_OPEN = 'stays open'

/** Somebody who watches a change, and may end it. */
export interface ChangeWatch {
  event(event: ChangeEvent): void
  /** Aborted when the person cancels: nothing new starts, what runs ends gracefully. */
  readonly cancelled: AbortSignal
  /** Aborted when the person forces the end. */
  readonly forced: AbortSignal
}
