export {
  type ApplyOutcome,
  type Hooks,
  type Job,
  type JobWorkflow,
  type LogPhase,
  noHooks,
  type PlanOutcome,
  type ResourceProgress,
  type RunEnvironment,
  type RunnerPort,
} from './job.ts'
export type { Kind } from './kind.ts'
export { kindOf } from './kinds/registry.ts'
export { type ForeignModule, pullForeignState } from './kinds/terraform/pull-runner.ts'
export { inspectLeftover, type Leftover } from './leftover-file.ts'
export { isRemoteModule } from './remote/remote-address.ts'
export {
  fetchRemoteModule,
  type RemoteModule,
  type RemoteModuleRequest,
} from './remote/remote-module-runner.ts'
