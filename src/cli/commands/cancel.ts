import { changeName } from '../../changes/index.ts'
import { type Call, exit } from '../call.ts'
import { withRecordedChange } from '../change/kept-change.ts'
import { type PullRequestFlag, requireNamed, withOneChange } from '../pull-request/newest-change.ts'
import { parseChangeName, requireRun } from '../typed.ts'
import { withPlace } from '../workspace/place.ts'

/** Cancels a change or a run, or asks the one who is at work on it to end. */
export async function run(given: Call<PullRequestFlag>): Promise<number> {
  const call = await withOneChange(given)
  const name = requireNamed(call.args[0], 'change or run')
  const change = parseChangeName(name)
  return change === undefined ? cancelRun(call, requireRun(name)) : cancelChange(call, change)
}

async function cancelChange(call: Call, id: number): Promise<number> {
  const { terminal } = call
  return withRecordedChange(call, id, async ({ services, location }) => {
    await services.changes.cancel(id, location.actor)
    const { change, nodes } = await services.changes.view(id)
    const name = changeName(id)
    const atWork = nodes.filter(({ result }) => result === 'planning' || result === 'applying')
    terminal.emit({ event: 'cancel', at: new Date(), change: name, status: change.status })
    terminal.print(
      atWork.length === 0
        ? `${name} is cancelled.`
        : `${name} is cancelled; ${atWork.map((node) => node.name).join(', ')}: what has begun is finished, then the state is recorded.`,
      `${terminal.style.accent('→')} portolan status ${name}   shows what was done before`,
    )
    return exit.done
  })
}

async function cancelRun(call: Call, id: number): Promise<number> {
  const { terminal } = call
  return withPlace({ ...call, flags: {} }, async ({ services, location }) => {
    await services.work.endDeadRuns()
    const cancelled = await services.runs.cancel(id, location.actor)
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
