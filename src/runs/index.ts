export type { RunDependencies } from './dependencies.ts'
export { LEASE_SECONDS, type Lease } from './lease.ts'
export type { LogLine, RunEvent } from './log-store.ts'
export type { ApplyOutcome, PlanOutcome } from './outcome.ts'
export { planDigest } from './plan-digest.ts'
export { parsePlan, type TerraformPlan } from './plan-json.ts'
export { hasChanges, type ProtectRules, protectNothing, summarizePlan } from './plan-summary.ts'
export {
  type Approval,
  decideRequirements,
  type Evidence,
  type Known,
  type Requirement,
  type RequirementName,
} from './requirements.ts'
export {
  isFinal,
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
export { createRunService, type RunService } from './service.ts'
export type { StoredPlan } from './stored-plan.ts'
