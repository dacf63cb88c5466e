import { type Call, exit } from '../call.ts'
import { pullRequestsHere, requireNumber } from '../pull-request/place.ts'
import { pullRequestLines } from '../render/pull-request-view.ts'

/** Shows a pull request: where it stands, and what was said. */
export async function run(call: Call): Promise<number> {
  const { terminal, args } = call
  const number = requireNumber(args[0] ?? '')
  const pullRequests = await pullRequestsHere(call)
  const found = await pullRequests.get(number)
  const url = found.url ?? pullRequests.urlOf(number)
  terminal.emit({ ...found, url })
  terminal.print(...pullRequestLines({ ...found, url }, { style: terminal.style, now: new Date() }))
  return exit.done
}
