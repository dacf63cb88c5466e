import type { Lock, LockInfo } from '../state-version.ts'

/**
 * The lock information to send to somebody who is refused. Terraform up to 1.14 shows nothing of it
 * but the ID, so that is readable text; the real id, which permits writing, stays with its holder.
 */
export function shownLockInfo(lock: Lock): LockInfo {
  return { ...lock.info, ID: readableId(lock) }
}

function readableId(lock: Lock): string {
  if (lock.kind === 'run' || lock.id.includes(' ')) return lock.id
  const who = lock.info.Who === '' || lock.info.Who === lock.actor ? '' : ` (${lock.info.Who})`
  return `${doing(lock)} by ${lock.actor}${who}, since ${lock.createdAt.toISOString()}`
}

function doing(lock: Lock): string {
  const operation = lock.info.Operation.replace(/^OperationType/, '').toLowerCase()
  if (lock.kind === 'person') return operation === '' ? 'locked' : `locked for ${operation}`
  return operation === '' || operation === 'invalid' ? 'terraform' : `terraform ${operation}`
}
