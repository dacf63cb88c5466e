/**
 * Why a run waits, or was closed, is one sentence that people read; by its first words it is known
 * what kind of reason that is.
 */
const DEFERRED = 'waits for '
const BLOCKED = 'blocked by '
const SKIPPED = 'skipped: '

/** It waits for outputs that nobody knows yet: `waits for db.host`. */
export function isDeferred(reason: string | undefined): boolean {
  return reason?.startsWith(DEFERRED) ?? false
}

/** Something that it needs has failed: `blocked by db@dev`. */
export function isBlocked(reason: string | undefined): boolean {
  return reason?.startsWith(BLOCKED) ?? false
}

/** The reason of a run that is passed over. */
export function skippedReason(because: string): string {
  return `${SKIPPED}${because}`
}

/** Why a run was passed over; undefined when it was closed for another reason. */
export function skippedBecause(reason: string | undefined): string | undefined {
  return reason?.startsWith(SKIPPED) ? reason.slice(SKIPPED.length) : undefined
}
