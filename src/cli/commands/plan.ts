import { runName } from '../../runs/index.ts'
import { type Call, exit } from '../call.ts'
import { asModuleCall, type ChangeFlags } from '../change/change-flags.ts'
import { findManifest } from '../change/change-place.ts'
import { operationOf, type RunFlags } from '../run/run-flags.ts'
import {
  endWithoutPlan,
  planAndShow,
  printPlanFacts,
  refuseFirstRun,
  withScreen,
} from '../run/run-session.ts'
import { type WorkspacePlace, withNewWorkspace } from '../workspace/place.ts'

/** Plans, shows the plans and keeps them: of a change, or of one root module. */
export async function run(call: Call<ChangeFlags>): Promise<number> {
  const manifest = await findManifest(call)
  if (manifest === undefined) return planModule(asModuleCall(call))
  const { planAndKeep } = await import('../change/plan-platform.ts')
  return planAndKeep(call, manifest)
}

async function planModule(call: Call<RunFlags>): Promise<number> {
  const operation = operationOf(call.flags)
  const work = (place: WorkspacePlace) =>
    withScreen(call, place, async (screen) => {
      const planned = await planAndShow(call, place, { operation, planOnly: true, screen })
      if (planned.run.status !== 'planned') return endWithoutPlan(call, planned.run)
      const { terminal } = call
      const name = runName(planned.run.id)
      terminal.print('')
      printPlanFacts(call, planned)
      terminal.print(
        `${terminal.style.accent('→')} portolan apply ${name}   applies exactly this plan`,
      )
      return call.flags.detailedExitcode === true ? exit.changes : exit.done
    })
  return withNewWorkspace(call, call.args[0], work, (place) => refuseFirstRun(call, place))
}
