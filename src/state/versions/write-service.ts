import { record } from '../../audit/index.ts'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import { codeOf } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { type Comparison, compareWith } from '../compare/compare-service.ts'
import { type Inspection, inspectGently, type StateHeader, withSerial } from '../format/header.ts'
import { findLock, findRelease, holdWorkspace, nameWorkspace } from '../locks/lock-store.ts'
import { keepQuarantined } from '../quarantine/quarantine-store.ts'
import type { Lock, StateVersion } from '../state-version.ts'
import type { Authority, Upload, WriteResult } from '../upload.ts'
import { type Content, pack } from './content.ts'
import { type Decision, decideWrite, type GuardLimits, type WriteQuestion } from './decide.ts'
import { requireReason } from './reason.ts'
import {
  findCurrentId,
  findCurrentStored,
  findHighestSerial,
  hasVersionOf,
  insertVersion,
  type StoredVersion,
} from './version-store.ts'

const UNIQUE_VIOLATION = '23505'
const ATTEMPTS = 3

/** See `StateService.write`. */
export async function writeState(
  db: Db,
  workspaceId: string,
  upload: Upload,
  limits: GuardLimits,
): Promise<WriteResult> {
  if (upload.force) requireReason(upload.force.reason, 'A forced push')
  if (db.isTransaction) await holdWorkspace(db, workspaceId)
  const [inspection, content] = await Promise.all([inspectGently(upload.bytes), pack(upload.bytes)])
  const authority = plainAuthority(upload.authority)
  const subject = { workspaceId, upload: { ...upload, authority }, inspection, content, limits }
  for (let attempt = 1; ; attempt += 1) {
    const isLast = attempt >= ATTEMPTS
    const guess = await compareAhead(db, subject)
    try {
      const result = await inTransaction(db, (tx) =>
        tryWrite(tx, subject, isLast ? undefined : guess),
      )
      if (result !== undefined) return result
    } catch (error) {
      // The second wall: somebody wrote past the row's lock. The next attempt sees what is there.
      if (isLast || db.isTransaction || codeOf(error) !== UNIQUE_VIOLATION) throw error
    }
  }
}

// PostgreSQL cannot look for text with NUL; nobody can hold a lock of such a name either.
function plainAuthority(authority: Authority): Authority {
  if (authority.kind !== 'lock') return authority
  return { kind: 'lock', lockId: authority.lockId.replaceAll('\0', '\uFFFD').toWellFormed() }
}

interface Subject {
  readonly workspaceId: string
  readonly upload: Upload
  readonly inspection: Inspection
  readonly content: Content
  readonly limits: GuardLimits
}

interface Guess {
  /** The version that was current; undefined when there was none. */
  readonly base: StateVersion | undefined
  readonly comparison: Comparison
}

/** Comparing takes long: it is done before the transaction, against what is current now. */
async function compareAhead(db: Db, { workspaceId, upload, inspection }: Subject): Promise<Guess> {
  const base = await findCurrentStored(db, workspaceId)
  return { base: base?.version, comparison: await compare(db, base, upload, inspection) }
}

async function compare(
  db: Db,
  base: StoredVersion | undefined,
  upload: Upload,
  inspection: Inspection,
): Promise<Comparison> {
  if (inspection.kind === 'malformed') {
    return { managed: base?.version.counts?.total, change: undefined }
  }
  return compareWith(db, base, { bytes: upload.bytes, header: inspection.header })
}

/** Undefined when another version came between the guess and the row's lock: guess again. */
async function tryWrite(
  tx: Db,
  subject: Subject,
  guess: Guess | undefined,
): Promise<WriteResult | undefined> {
  const { workspaceId, inspection } = subject
  const { fence } = await holdWorkspace(tx, workspaceId)
  // A version never changes: while this one is current, what was read of it before is true.
  if (guess !== undefined && guess.base?.id !== (await findCurrentId(tx, workspaceId))) {
    return undefined
  }
  const { base: current, comparison } = guess ?? (await compareAhead(tx, subject))
  const lock = await findLock(tx, workspaceId)
  const question = await ask(tx, subject, { current, lock, comparison, fence })
  const decision = await decide(tx, workspaceId, question, subject.content)
  if (decision.kind === 'repeat' && current) return { kind: 'repeated', version: current }
  if (decision.kind === 'append' && inspection.kind === 'state') {
    return append(tx, subject, {
      header: inspection.header,
      serial: decision.serial,
      current,
      lock,
      comparison,
    })
  }
  if (decision.kind !== 'reject') throw new Error('a write was decided on that cannot be made')
  return quarantine(tx, subject, decision, lock)
}

interface Situation {
  readonly current: StateVersion | undefined
  readonly lock: Lock | undefined
  readonly comparison: Comparison
  /** Highest fence that was ever given out. */
  readonly fence: number
}

async function ask(tx: Db, subject: Subject, situation: Situation): Promise<WriteQuestion> {
  const { workspaceId, upload, inspection, content, limits } = subject
  const { current, lock, comparison } = situation
  const header = inspection.kind === 'state' ? inspection.header : undefined
  return {
    current: current && { ...current, managed: comparison.managed },
    lock,
    upload:
      inspection.kind === 'state'
        ? { header: inspection.header, sha256: content.sha256 }
        : { malformed: inspection.reason },
    authority: upload.authority,
    cause: upload.cause,
    forced: upload.force !== undefined,
    highestSerial:
      upload.force && header ? await findHighestSerial(tx, workspaceId, header.lineage) : undefined,
    removed: comparison.change?.counts.removed,
    heldBefore: await heldBefore(tx, workspaceId, upload, situation),
    alreadyRecorded: false,
    limits,
  }
}

/** Whether the uploader's lock was taken away from it: its apply may be real all the same. */
async function heldBefore(
  tx: Db,
  workspaceId: string,
  { authority }: Upload,
  { lock, fence }: Situation,
): Promise<boolean> {
  if (authority.kind === 'none') return false
  if (authority.kind === 'fence') return authority.fence <= fence && authority.fence !== lock?.fence
  if (authority.lockId === lock?.id) return false
  return (await findRelease(tx, workspaceId, authority.lockId))?.forced === true
}

async function decide(
  tx: Db,
  workspaceId: string,
  question: WriteQuestion,
  content: Content,
): Promise<Decision> {
  const decision = decideWrite(question)
  if (decision.kind !== 'reject' || !decision.atRisk) return decision
  const alreadyRecorded = await hasVersionOf(tx, workspaceId, content.sha256)
  return decideWrite({ ...question, alreadyRecorded })
}

interface Appendix extends Omit<Situation, 'fence'> {
  readonly header: StateHeader
  readonly serial: number
}

async function append(tx: Db, subject: Subject, appendix: Appendix): Promise<WriteResult> {
  const { workspaceId, upload } = subject
  const { header, serial, current, lock, comparison } = appendix
  if (current !== undefined && serial !== header.serial) {
    // A forced push whose reply was lost comes again: its serial was raised the first time.
    const asCurrent = await packAs(subject, header, current.serial)
    if (current.lineage === header.lineage && current.sha256 === asCurrent.sha256) {
      return { kind: 'repeated', version: current }
    }
  }
  const version = await insertVersion(tx, {
    id: newId(),
    workspaceId,
    number: (current?.number ?? 0) + 1,
    lineage: header.lineage,
    serial,
    content: await packAs(subject, header, serial),
    cause: upload.cause,
    reason: upload.force?.reason ?? upload.reason,
    actor: upload.actor,
    runId: upload.runId,
    lockId: lock?.id,
    terraformVersion: header.terraformVersion,
    counts: comparison.change?.counts,
    outputsChanged: comparison.change?.outputsChanged,
  })
  if (upload.force) await auditForce(tx, { version, current, reason: upload.force.reason })
  return { kind: 'written', version }
}

async function packAs(subject: Subject, header: StateHeader, serial: number): Promise<Content> {
  if (serial === header.serial) return subject.content
  return pack(withSerial(subject.upload.bytes, header, serial))
}

interface ForcedPush {
  readonly version: StateVersion
  readonly current: StateVersion | undefined
  readonly reason: string
}

async function auditForce(tx: Db, { version, current, reason }: ForcedPush): Promise<void> {
  await record(tx, {
    actor: version.actor,
    action: 'state.push-force',
    subject: await nameWorkspace(tx, version.workspaceId),
    details: {
      version: version.number,
      serial: version.serial,
      lineage: version.lineage,
      lineageBefore: current?.lineage ?? '',
      reason,
    },
  })
}

async function quarantine(
  tx: Db,
  subject: Subject,
  rejection: Extract<Decision, { kind: 'reject' }>,
  lock: Lock | undefined,
): Promise<WriteResult> {
  const { workspaceId, upload, inspection, content } = subject
  const { authority } = upload
  const { code, reason, atRisk } = rejection
  const header = inspection.kind === 'state' ? inspection.header : undefined
  const fenced = authority.kind === 'fence' && authority.fence === lock?.fence ? lock.id : undefined
  const quarantined = await keepQuarantined(tx, {
    id: newId(),
    workspaceId,
    content,
    lineage: header?.lineage,
    serial: header?.serial,
    code,
    reason,
    actor: upload.actor,
    runId: upload.runId,
    lockId: authority.kind === 'lock' ? authority.lockId : fenced,
    atRisk,
  })
  return { kind: 'rejected', code, reason, quarantined }
}
