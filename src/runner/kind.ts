import type { PlanFacts } from '../runs/index.ts'
import type { ApplyOutcome, Job, PlanOutcome, RunnerPort } from './job.ts'

/**
 * How components of one kind are planned and applied. Every kind speaks Terraform's plan JSON
 * (format 1.2) and its states (version 4), so that nothing else has to know of kinds.
 */
export interface Kind {
  /** Never throws: whatever goes wrong is the outcome, as nothing was changed. */
  plan(job: Job, port: RunnerPort): Promise<PlanOutcome>
  /**
   * Applies exactly what was planned. Never throws: what goes wrong before anything started is
   * `failed`, what nobody saw the end of is `unknown`.
   */
  apply(job: Job, port: RunnerPort, planFile: Buffer): Promise<ApplyOutcome>
  /**
   * What an approval binds, as it is now, except for the plan file: to be compared with the facts
   * of the plan before it is applied.
   * @throws AppError when something that it needs is not there
   */
  facts(job: Job): Promise<Omit<PlanFacts, 'planFile'>>
}
