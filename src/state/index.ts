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
