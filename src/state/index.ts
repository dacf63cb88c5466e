export { type Address, addressPath } from './address.ts'
export { stateProtocol } from './protocol.ts'
export { createStateService, type StateService } from './service.ts'
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
export type { StateLimits } from './visit-protocol.ts'
