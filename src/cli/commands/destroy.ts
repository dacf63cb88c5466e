import type { Call } from '../call.ts'
import { asModuleCall, type ChangeFlags } from '../change-flags.ts'
import { planAskApply } from './apply.ts'

/** Plans the end of everything in a workspace, asks, and does it. */
export async function run(call: Call<ChangeFlags>): Promise<number> {
  return planAskApply(asModuleCall(call), 'destroy')
}
