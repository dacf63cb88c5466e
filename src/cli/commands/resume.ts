import type { Call } from '../call.ts'
import { carryOutKept, type KeptChangeFlags } from '../change/carry-out.ts'
import { type PullRequestFlag, withOneChange } from '../pull-request/newest-change.ts'
import { requireChange } from '../typed.ts'

/** Goes on with a change: where it waited, failed or was interrupted. */
export async function run(given: Call<KeptChangeFlags & PullRequestFlag>): Promise<number> {
  const call = await withOneChange(given)
  const [name] = call.args
  return carryOutKept(call, name === undefined ? undefined : requireChange(name), { retry: true })
}
