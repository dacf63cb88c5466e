import { setTimeout as pause } from 'node:timers/promises'
import type { Context } from '../../app/context.ts'
import { endDeadRuns } from '../../app/runs/dead-runs.ts'
import { notFound } from '../../platform/errors.ts'
import { parseWorkspaceName } from '../../projects/index.ts'
import { isFinal } from '../../runs/index.ts'
import { type Call, exit } from '../call.ts'
import { shownOutput } from '../render/text.ts'
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
    return withPlace(call, ({ context }) => show(call, context, id))
  }
  return withWorkspace(call, name, async ({ context, workspace }) => {
    const [last] = await context.runs.list(workspace.id, { limit: 1 })
    if (last === undefined) throw notFound('there is no run yet', { next: 'portolan plan' })
    return show(call, context, last.id)
  })
}

async function show(call: Call<Flags>, context: Context, id: number): Promise<number> {
  const { terminal, flags } = call
  let seen = 0
  for (;;) {
    if (flags.follow === true) await endDeadRuns(context)
    // The status first: what is logged before a run ends is then certainly read.
    const { status } = await context.runs.get(id)
    for (const line of await context.runs.logs(id, seen)) {
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
