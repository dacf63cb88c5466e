import { findOrInstallTool, findTool, type Tool } from '../../../engines/index.ts'
import type { Job } from '../../job.ts'
import type { Kind } from '../../kind.ts'
import { reasonOf } from '../../reason.ts'
import { applyJob } from './apply-runner.ts'
import { currentFacts } from './facts-file.ts'
import { planJob } from './plan-runner.ts'
import { withWorkflow } from './workflow/workflow-job.ts'

/** Root modules of Terraform and OpenTofu. */
export const terraformKind: Kind = {
  async plan(job, port) {
    try {
      return await planJob(withWorkflow(job), port, await toolOf(job))
    } catch (error) {
      return { kind: 'failed', reason: reasonOf(error, job) }
    }
  },

  async apply(job, port, planFile) {
    try {
      return await applyJob(withWorkflow(job), port, await toolOf(job), planFile)
    } catch (error) {
      return { kind: 'failed', reason: reasonOf(error, job), state: undefined }
    }
  },

  facts: async (job) => currentFacts(withWorkflow(job), await toolOf(job)),
}

function toolOf(job: Job): Promise<Tool> {
  const { environment, directory, cacheDirectory, install } = job
  const { variables } = environment
  if (install === undefined) return findTool(variables, directory, cacheDirectory, job)
  return findOrInstallTool({ variables, directory, cacheDirectory, wish: job, install })
}
