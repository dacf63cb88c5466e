import type { Call } from '../call.ts'
import type { ApprovalFlags, RunFlags } from '../run-flags.ts'
import { planAskApply } from './apply.ts'

/** Plans the end of everything in a workspace, asks, and does it. */
export async function run(call: Call<RunFlags & ApprovalFlags>): Promise<number> {
  return planAskApply(call, 'destroy')
}
