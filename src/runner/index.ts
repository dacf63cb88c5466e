export { applyJob } from './apply-runner.ts'
export { currentFacts } from './facts-file.ts'
export type {
  ApplyOutcome,
  Job,
  LogPhase,
  PlanOutcome,
  ResourceProgress,
  RunEnvironment,
  RunnerPort,
} from './job.ts'
export { inspectLeftover, type Leftover } from './leftover-file.ts'
export { planJob } from './plan-runner.ts'
export { pullForeignState } from './pull-runner.ts'
