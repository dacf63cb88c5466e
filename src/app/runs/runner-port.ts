import type { RunnerPort } from '../../runner/index.ts'
import type { Lease } from '../../runs/index.ts'
import type { Context } from '../context.ts'
import type { RunWatch } from './run-watch.ts'

/** The port of a runner in the same process as the services. */
export function createRunnerPort(context: Context, lease: Lease, watch: RunWatch): RunnerPort {
  const { runs } = context
  return {
    log: async (text) => {
      watch.output(text)
      await context.persist(() => runs.log(lease, text))
    },
    progress: async (event) => {
      watch.progress(event)
      await context.persist(() => runs.event(lease, 'resource', event))
    },
    liveState: (bytes) => context.persist(() => runs.liveState(lease, bytes)),
    cancelled: watch.cancelled,
    forced: watch.forced,
  }
}
