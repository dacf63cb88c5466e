import { isBlocked, isDeferred, type RunStatus, skippedBecause } from '../runs/index.ts'
import type { Result } from './change.ts'

/** What a result is made of. */
export interface Standing {
  readonly status: RunStatus
  readonly reason: string | undefined
  /** Its plan was made from planned values. */
  readonly provisional: boolean
}

/** Where a workspace stands, by its newest run in the change. */
export function resultOf({ status, reason, provisional }: Standing): Result {
  switch (status) {
    case 'queued':
      return 'pending'
    case 'waiting':
      if (isBlocked(reason)) return 'blocked'
      return isDeferred(reason) ? 'deferred' : 'pending'
    case 'planned':
      return provisional ? 'provisional' : 'planned'
    case 'closed':
      // Whatever else closed it: nobody may take it for something that was passed over on purpose.
      return skippedBecause(reason) === undefined ? 'cancelled' : 'skipped'
    case 'planning':
    case 'unchanged':
    case 'applying':
    case 'applied':
    case 'failed':
    case 'cancelled':
    case 'unknown':
      return status
  }
}

/** One sentence that goes with the result. */
export function becauseOf({ status, reason, provisional }: Standing): string | undefined {
  if (status === 'planned' && provisional) return 'made from planned values'
  return skippedBecause(reason) ?? reason
}

/** It is as the change wants it to be. */
export function isSettled(result: Result): boolean {
  return result === 'applied' || result === 'unchanged' || result === 'skipped'
}
