import { endDeadRuns } from '../../app/dead-runs.ts'
import { type Call, exit } from '../call.ts'
import { requireRun, withPlace } from '../place.ts'

/** Cancels a run, or asks the one who runs it to end. */
export async function run(call: Call): Promise<number> {
  const { terminal } = call
  const id = requireRun(call.args[0] ?? '')
  return withPlace({ ...call, flags: {} }, async ({ context, location }) => {
    await endDeadRuns(context)
    const cancelled = await context.runs.cancel(id, location.actor)
    terminal.emit({ event: 'cancel', run: `run-${id}`, status: cancelled.status })
    if (cancelled.status === 'cancelled') terminal.print(`run-${id} is cancelled.`)
    else {
      terminal.print(
        `run-${id} is asked to end: Terraform finishes what it has begun, then the state is recorded.`,
        `${terminal.style.accent('→')} portolan logs run-${id} -f`,
      )
    }
    return exit.done
  })
}
