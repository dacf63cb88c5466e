import { setTimeout as pause } from 'node:timers/promises'
import { notFound } from '../../platform/errors.ts'
import { parseWorkspaceName } from '../../projects/index.ts'
import { isFinal } from '../../runs/index.ts'
import { type Call, exit } from '../call.ts'
import { shownOutput } from '../render/text.ts'
import type { Services } from '../services/services.ts'
import { requireRun } from '../typed.ts'
import { type EnvironmentFlags, withPlace, withWorkspace } from '../workspace/place.ts'

interface Flags extends EnvironmentFlags {
  readonly follow?: boolean
}

const POLL_MILLISECONDS = 300

/** Shows what Terraform said in a run, and with `--follow` what it says. */
export async function run(call: Call<Flags>): Promise<number> {
  const [name] = call.args
  if (name !== undefined && parseWorkspaceName(name) === undefined) {
    const id = requireRun(name)
    return withPlace(call, ({ services }) => show(call, services, id))
  }
  return withWorkspace(call, name, async ({ services, workspace }) => {
    const [last] = await services.runs.list(workspace.id, { limit: 1 })
    if (last === undefined) throw notFound('there is no run yet', { next: 'portolan plan' })
    return show(call, services, last.id)
  })
}

async function show(call: Call<Flags>, services: Services, id: number): Promise<number> {
  const { terminal, flags } = call
  let seen = 0
  for (;;) {
    if (flags.follow === true) await services.work.endDeadRuns()
    // The status first: what is logged before a run ends is then certainly read.
    const { status } = await services.runs.get(id)
    for (const line of await services.runs.logs(id, seen)) {
      seen = line.seq
      terminal.emit({
        event: 'log',
        run: `run-${id}`,
        phase: line.phase,
        at: line.at,
        text: line.text,
      })
      if (!terminal.json) await terminal.raw(shownOutput(line.text, terminal.style))
    }
    const isOver = isFinal(status) || status === 'planned' || status === 'unknown'
    if (flags.follow !== true || isOver) {
      if (seen === 0) terminal.note(`run-${id} (${status}) said nothing.`)
      return exit.done
    }
    await pause(POLL_MILLISECONDS)
  }
}
