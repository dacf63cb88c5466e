export {
  type Operation,
  type PlanAction,
  type PlanFacts,
  type PlannedChange,
  type PlanSummary,
  type Run,
  type RunOptions,
  type RunSource,
  type RunStatus,
} from './run.ts'
