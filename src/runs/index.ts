export { parsePlan, type TerraformPlan } from './plan-json.ts'
export { type ProtectRules, protectNothing, summarizePlan } from './plan-summary.ts'
export type {
  Operation,
  PlanAction,
  PlanFacts,
  PlannedChange,
  PlanSummary,
  Run,
  RunOptions,
  RunSource,
  RunStatus,
} from './run.ts'
