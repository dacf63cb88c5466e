export type {
  ChangeEvidence,
  GateEvidence,
  PromotionEvidence,
  PullRequestEvidence,
  ReservationEvidence,
  Upstream,
  WindowEvidence,
} from './applies/change-evidence.ts'
export type {
  Approval,
  Approver,
  Evidence,
  Known,
  Requirement,
  RequirementName,
} from './applies/evidence.ts'
export { countsAtGate, decideGate, isForAnybody, unknownAuthor } from './applies/gate.ts'
export { decideRequirements } from './applies/requirements.ts'
export type { Changes, RunDependencies } from './dependencies.ts'
export type { ExpectedSeconds } from './duration-store.ts'
export { LEASE_SECONDS, type Lease } from './leases/lease.ts'
export type { LogLine, RunEvent } from './logs/log-store.ts'
export type { NewestRun } from './many-store.ts'
export type { ApplyOutcome, PlanOutcome } from './outcome.ts'
export type { FingerprintedChange, PlanFingerprint } from './plans/fingerprint.ts'
export { planDigest } from './plans/plan-digest.ts'
export { parsePlan, type TerraformPlan } from './plans/plan-json.ts'
export {
  hasChanges,
  type ProtectRules,
  protectNothing,
  summarizePlan,
} from './plans/plan-summary.ts'
export type { PlannedOutput, PlannedOutputs } from './plans/planned-outputs.ts'
export type { StoredPlan } from './plans/stored-plan.ts'
export {
  isFinal,
  noSuchRun,
  type Operation,
  type PlanAction,
  type PlanFacts,
  type PlannedChange,
  type PlanSummary,
  type Run,
  type RunOptions,
  type RunSource,
  type RunStatus,
  runName,
} from './run.ts'
export type { NewRun } from './run-store.ts'
export { createRunService, type RunService } from './service.ts'
export { isBlocked, isDeferred, skippedBecause } from './waiting.ts'
