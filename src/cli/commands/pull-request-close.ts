import { type Call, exit } from '../call.ts'
import { pullRequestsHere, requireNumber } from '../pull-request/place.ts'
import { pullRequestHead } from '../render/pull-request-view.ts'

export async function run(call: Call): Promise<number> {
  const { terminal, args } = call
  const edited = await (await pullRequestsHere(call)).edit(requireNumber(args[0] ?? ''), {
    status: 'closed',
  })
  terminal.emit({ ...edited })
  terminal.print(...pullRequestHead(edited, terminal.style))
  return exit.done
}
