import { invalid } from '../../platform/errors.ts'

/** What is done against the usual rules is done with a reason, which the audit log keeps. */
export function requireReason(reason: string, what: string): void {
  if (reason.trim() !== '' && !reason.includes('\0')) return
  throw invalid(`${what} needs a reason`, { next: 'Say why: it is kept in the audit log.' })
}
