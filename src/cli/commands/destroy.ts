import { invalid } from '../../platform/errors.ts'
import type { Call } from '../call.ts'
import { asModuleCall, type ChangeFlags } from '../change/change-flags.ts'
import { findManifest, type ManifestPlace } from '../change/change-place.ts'
import { selectsSomething } from '../platform/selection-flags.ts'
import { planAskApply } from '../run/apply-run.ts'

/** Plans the end of what is selected, asks, and does it. */
export async function run(call: Call<ChangeFlags>): Promise<number> {
  const manifest = await findManifest(call)
  if (manifest === undefined) return planAskApply(asModuleCall(call), 'destroy')
  refuseEverything(call, manifest)
  const { planAndCarryOut } = await import('../change/carry-out.ts')
  return planAndCarryOut(call, manifest, 'destroy')
}

/** What ends in several environments at once is said, never guessed. */
function refuseEverything({ flags, args }: Call<ChangeFlags>, { manifest }: ManifestPlace): void {
  const environments = [...manifest.environments.keys()]
  if (environments.length < 2 || selectsSomething(flags, args) || flags.orphan !== undefined) return
  throw invalid('destroy has to be told what shall end', {
    next: `portolan destroy -e ${environments[0]}   or a workspace: portolan destroy ${[...manifest.components.keys()][0] ?? 'NAME'}@${environments[0]}`,
  })
}
