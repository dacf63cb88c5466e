import type { Call } from '../call.ts'
import type { ChangeFlags } from './change-flags.ts'
import { type ManifestPlace, withChangePlace } from './change-place.ts'
import { selectWorkspaces } from './change-selection.ts'
import { planExit, planSelected, shownPlans, withChangeScreen } from './change-session.ts'
import { nothingAffected } from './nothing-affected.ts'

/** Plans what is selected as a change, shows the plans and keeps them. @returns the exit code */
export async function planAndKeep(
  call: Call<ChangeFlags>,
  manifest: ManifestPlace,
): Promise<number> {
  const selected = await selectWorkspaces(call, manifest)
  if (selected.workspaces.size === 0) return nothingAffected(call, selected)
  const operation = call.flags.destroy === true ? 'destroy' : 'apply'
  return withChangePlace(call, manifest, (place) =>
    withChangeScreen(call, place, 'plan', async (session) => {
      const view = await planSelected(session, selected, operation)
      session.screen.end(view, await shownPlans(session, view))
      return planExit(call, view)
    }),
  )
}
