export { addressPath } from './address.ts'
export type { AttributeChange } from './attribute-changes.ts'
export { type GuardLimits, guardLimits } from './decide.ts'
export { diffStates, type OutputChange, type ResourceChange, type StateDiff } from './diff.ts'
export { type Inspection, inspectState, type StateHeader } from './header.ts'
export { createMask, type Mask, maskState, sensitiveValues } from './mask.ts'
export type { Taint } from './match.ts'
export { type Output, type ParsedState, parseState, type ResourceInstance } from './parsed-state.ts'
export { stateProtocol } from './protocol.ts'
export { createStateService, type StateOptions, type StateService } from './service.ts'
export { shownLockInfo } from './shown-lock.ts'
export type {
  Cause,
  Lock,
  LockInfo,
  LockKind,
  QuarantinedState,
  RejectionCode,
  ResourceCounts,
  StateVersion,
} from './state-version.ts'
export type {
  Accountable,
  Authority,
  HistoryPage,
  LockRequest,
  RollbackRequest,
  Upload,
  WriteResult,
} from './upload.ts'
export { ExactNumber, type Value } from './value.ts'
export type { StateLimits } from './visit-protocol.ts'
