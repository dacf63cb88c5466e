import type { StateHeader } from '../format/header.ts'
import { shownLockInfo } from '../locks/shown-lock.ts'
import type { Cause, Lock, RejectionCode } from '../state-version.ts'
import type { Authority } from '../upload.ts'

/** Everything that decides whether an upload becomes a state version. */
export interface WriteQuestion {
  /** The workspace's current version; undefined when nothing was ever recorded. */
  readonly current: Recorded | undefined
  readonly lock: Lock | undefined
  /** Header and sha256 of the upload, or why it is no state. */
  readonly upload: UploadFacts | { readonly malformed: string }
  readonly authority: Authority
  readonly cause: Cause
  readonly forced: boolean
  /** Highest serial that was ever recorded with the upload's lineage. */
  readonly highestSerial: number | undefined
  /** Managed instances of the current state that the upload no longer has; undefined: not comparable. */
  readonly removed: number | undefined
  /** The authority names a lock that was the uploader's once and was taken away. */
  readonly heldBefore: boolean
  /** A version with these very bytes is in the log: nothing is lost if they are refused. */
  readonly alreadyRecorded: boolean
  readonly limits: GuardLimits
}

interface Recorded {
  readonly lineage: string
  readonly serial: number
  readonly sha256: string
  /** Managed instances; undefined when the state is encrypted. */
  readonly managed: number | undefined
}

interface UploadFacts {
  readonly header: Pick<StateHeader, 'serial' | 'lineage' | 'encrypted' | 'managed'>
  readonly sha256: string
}

/** When a push that drops resources is taken for a mistake. */
export interface GuardLimits {
  /** Share of the managed instances that a push may drop, 0 to 1. */
  readonly droppedShare: number
  /** States of at most so many instances are only guarded against losing all of them. */
  readonly smallState: number
}

export const guardLimits: GuardLimits = { droppedShare: 0.5, smallState: 10 }

export type Decision =
  /** `serial` is the one to record: only a forced write's may differ from the upload's. */
  | { readonly kind: 'append'; readonly serial: number }
  | { readonly kind: 'repeat' }
  | {
      readonly kind: 'reject'
      readonly code: RejectionCode
      /** A sentence. */
      readonly reason: string
      /** A real apply's state may not have landed: applies wait until a person resolves it. */
      readonly atRisk: boolean
    }

interface Refusal {
  readonly code: RejectionCode
  readonly reason: string
}

/**
 * Decides on a write. Under a lock or fence any serial above the current one is right (the client
 * skips serials after a failed write); without one exactly the next, and only while nobody holds
 * the lock. The http client's repeated request is no second write.
 */
export function decideWrite(question: WriteQuestion): Decision {
  const { current, upload } = question
  if ('malformed' in upload)
    return reject(question, { code: 'malformed', reason: upload.malformed })
  if (current !== undefined && isRepeat(current, upload)) return { kind: 'repeat' }
  const refusal = refuseAuthority(question)
  if (refusal !== undefined) return reject(question, refusal)
  if (current === undefined) return { kind: 'append', serial: upload.header.serial }
  const serial = question.forced
    ? forcedSerial(question, upload)
    : nextSerial(question, current, upload)
  if (typeof serial !== 'number') return reject(question, serial)
  const guard = question.forced ? undefined : refuseLoss(question, current, upload)
  return guard === undefined ? { kind: 'append', serial } : reject(question, guard)
}

function isRepeat(current: Recorded, { header, sha256 }: UploadFacts): boolean {
  return (
    current.serial === header.serial &&
    current.lineage === header.lineage &&
    current.sha256 === sha256
  )
}

function holdsLock({ lock, authority }: WriteQuestion): boolean {
  if (lock === undefined || authority.kind === 'none') return false
  return authority.kind === 'lock' ? lock.id === authority.lockId : lock.fence === authority.fence
}

function refuseAuthority(question: WriteQuestion): Refusal | undefined {
  const { lock, authority } = question
  if (holdsLock(question)) return undefined
  if (authority.kind === 'fence') {
    return {
      code: 'fence',
      reason: `the run no longer holds the lock (its fence is ${authority.fence}${lock ? `, the lock's is ${lock.fence}` : ', and nobody holds the lock'})`,
    }
  }
  if (lock !== undefined) {
    const how = authority.kind === 'none' ? 'came without a lock' : 'came under another lock'
    return {
      code: 'lock',
      reason: `the workspace is locked (${shownLockInfo(lock).ID}) and the upload ${how}`,
    }
  }
  if (authority.kind === 'none') return undefined
  return { code: 'lock', reason: `the lock ${authority.lockId} is no longer held` }
}

function nextSerial(
  question: WriteQuestion,
  current: Recorded,
  { header }: UploadFacts,
): number | Refusal {
  if (header.lineage !== current.lineage) {
    return {
      code: 'lineage',
      reason: `the upload is a state of another lineage (${header.lineage}) than the recorded one (${current.lineage})`,
    }
  }
  const { serial } = header
  if (serial === current.serial) {
    return {
      code: 'serial',
      reason: `serial ${serial} is already recorded with other content: both were made from the same state`,
    }
  }
  if (serial < current.serial) {
    return {
      code: 'serial',
      reason: `the upload has serial ${serial}, the recorded state is newer (serial ${current.serial})`,
    }
  }
  if (serial > current.serial + 1 && !holdsLock(question)) {
    return {
      code: 'serial',
      reason: `without a lock only serial ${current.serial + 1} may follow serial ${current.serial}, and the upload has ${serial}`,
    }
  }
  return serial
}

/** A serial is never used twice in one lineage, not even by force: old plans must stay stale. */
function forcedSerial(
  { highestSerial = -1 }: WriteQuestion,
  { header }: UploadFacts,
): number | Refusal {
  if (header.serial > highestSerial) return header.serial
  const serial = highestSerial + 1
  if (header.encrypted) {
    return {
      code: 'serial',
      reason: `serial ${header.serial} is used up (the next is ${serial}), and the serial of an encrypted state can only be raised by who has its key`,
    }
  }
  if (!Number.isSafeInteger(serial)) return { code: 'serial', reason: 'no higher serial is left' }
  return serial
}

/**
 * Only pushes are guarded, and writes without a lock: an apply and `state rm` under a lock may
 * remove all there is. A plain `terraform destroy` ends by writing an empty state.
 */
function refuseLoss(
  question: WriteQuestion,
  current: Recorded,
  { header }: UploadFacts,
): Refusal | undefined {
  const { lock, cause, limits } = question
  const isPush = cause === 'push' || lock?.info.Operation === 'state-push'
  if (holdsLock(question) && (!isPush || question.authority.kind === 'fence')) return undefined
  if (header.managed === undefined || !current.managed) return undefined
  if (header.managed === 0) {
    return {
      code: 'empty',
      reason: `the upload has no resources, the recorded state has ${current.managed}`,
    }
  }
  const removed = question.removed ?? Math.max(0, current.managed - header.managed)
  if (current.managed <= limits.smallState || removed <= current.managed * limits.droppedShare) {
    return undefined
  }
  return {
    code: 'shrink',
    reason: `the upload drops ${removed} of the ${current.managed} resources of the recorded state`,
  }
}

function reject(question: WriteQuestion, refusal: Refusal): Decision {
  // Nothing real is behind a push that would drop resources: it says what it is, and can be repeated.
  const isGuard = refusal.code === 'empty' || refusal.code === 'shrink'
  const wasHolder = holdsLock(question) || question.heldBefore
  return {
    kind: 'reject',
    ...refusal,
    atRisk: wasHolder && !isGuard && !question.alreadyRecorded,
  }
}
