import path from 'node:path'
import { applyWithHooks, planWithHooks } from '../../hooks-runner.ts'
import type { Job } from '../../job.ts'
import type { Kind } from '../../kind.ts'
import { inPhase } from '../../phase-runner.ts'
import { placesIn } from '../../places.ts'
import { reasonOf } from '../../reason.ts'
import { applyRun } from './run-apply-runner.ts'
import { planRun } from './run-plan-runner.ts'
import { runFacts, subjectOf } from './run-subject.ts'

/** Commands of the person's own, run by their shell. */
export const runKind: Kind = {
  async plan(job, port) {
    try {
      return await inPhase({ port, ...contextOf(job) }, 'plan', (phase) =>
        planWithHooks(phase, () => planRun(phase)),
      )
    } catch (error) {
      if (port.cancelled.aborted || port.forced?.aborted) return { kind: 'cancelled' }
      return { kind: 'failed', reason: reasonOf(error, job) }
    }
  },

  async apply(job, port, planFile) {
    let started = false
    try {
      return await inPhase({ port, ...contextOf(job) }, 'apply', (phase) =>
        applyWithHooks(phase, () =>
          applyRun(phase, planFile, () => {
            started = true
          }),
        ),
      )
    } catch (error) {
      const reason = reasonOf(error, job)
      if (started) {
        return { kind: 'unknown', reason: `the end was not seen: ${reason}`, state: undefined }
      }
      if (port.cancelled.aborted || port.forced?.aborted) {
        return { kind: 'cancelled', state: undefined }
      }
      return { kind: 'failed', reason, state: undefined }
    }
  },

  async facts(job) {
    subjectOf(job)
    return runFacts(job)
  },
}

function contextOf(job: Job) {
  const places = placesIn(job.workDirectory)
  return { job, places, stateFile: path.join(places.root, 'terraform.tfstate') }
}
