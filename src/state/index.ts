export type { AttributeChange } from './compare/attribute-changes.ts'
export {
  diffStates,
  type OutputChange,
  type ResourceChange,
  type StateDiff,
} from './compare/diff.ts'
export type { Taint } from './compare/match.ts'
export { addressPath } from './door/address.ts'
export { stateProtocol } from './door/protocol.ts'
export type { StateLimits } from './door/visit-protocol.ts'
export { type Inspection, inspectState, type StateHeader } from './format/header.ts'
export { type Mask, maskState, sensitiveValues } from './format/mask.ts'
export {
  type Output,
  type ParsedState,
  parseState,
  type ResourceInstance,
} from './format/parsed-state.ts'
export { ExactNumber, type Value } from './format/value.ts'
export { shownLockInfo } from './locks/shown-lock.ts'
export { createStateService, type StateOptions, type StateService } from './service.ts'
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
  ForcedRelease,
  HistoryPage,
  LockRequest,
  RollbackRequest,
  Upload,
  WriteResult,
} from './upload.ts'
export type { GuardLimits } from './versions/decide.ts'
