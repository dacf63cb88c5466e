import { type Call, exit } from '../call.ts'
import { pullRequestsHere, requireNumber } from '../pull-request/place.ts'

interface Flags {
  readonly method?: string
}

/** Merges a pull request as it is now. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, args, flags } = call
  const number = requireNumber(args[0] ?? '')
  const pullRequests = await pullRequestsHere(call)
  const { headCommit: head } = await pullRequests.get(number)
  const merged = await pullRequests.merge(number, { head, method: flags.method })
  terminal.emit({ ...merged })
  terminal.print(`#${number} is merged: ${merged.baseBranch} is ${merged.mergeCommit ?? ''}`.trim())
  return exit.done
}
