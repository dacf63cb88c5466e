import { type Call, exit } from '../call.ts'
import { locateRepository } from '../change/change-place.ts'
import { type FollowFlags, followPlan } from '../pull-request/follow-plan.ts'
import { requireNumber } from '../pull-request/place.ts'
import { remotePullRequests } from '../remote/remote-pull-requests.ts'
import { withServices } from '../services/with-services.ts'

/** Has a pull request looked at again, and a draft or a fork planned; and follows the plan. */
export async function run(call: Call<FollowFlags>): Promise<number> {
  const number = requireNumber(call.args[0] ?? '')
  const location = await locateRepository(call)
  const pullRequests = await remotePullRequests(call, location)
  const { headCommit: head } = await pullRequests.plan(number)
  if (call.flags.detach === true) {
    call.terminal.print(`#${number} is looked at.`)
    return exit.done
  }
  return withServices(call, location, ({ services }) =>
    followPlan(call, pullRequests, { number, head, services }),
  )
}
