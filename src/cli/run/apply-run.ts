import { conflict, invalid } from '../../platform/errors.ts'
import { workspaceName } from '../../projects/index.ts'
import { type Operation, runName } from '../../runs/index.ts'
import { type Call, exit } from '../call.ts'
import { type Place, type WorkspacePlace, withNewWorkspace, withPlace } from '../workspace/place.ts'
import { type ApprovalFlags, parallelismOf, planningFlagsIn, type RunFlags } from './run-flags.ts'
import {
  applyAndShow,
  approveRun,
  endWithoutPlan,
  planAndShow,
  printPlanFacts,
  refuseFirstRun,
  withScreen,
} from './run-session.ts'

type Flags = RunFlags & ApprovalFlags

/** Plans one root module, asks and applies. */
export async function planAskApply(call: Call<Flags>, operation: Operation): Promise<number> {
  const work = (place: WorkspacePlace) =>
    withScreen(call, place, async (screen) => {
      const { terminal } = call
      const planned = await planAndShow(call, place, { operation, planOnly: false, screen })
      if (planned.run.status !== 'planned') return endWithoutPlan(call, planned.run)
      const name = runName(planned.run.id)
      terminal.print('')
      printPlanFacts(call, planned)
      const answer = await approveRun(call, place, { run: planned.run, ask: true })
      if (answer === 'waits') {
        terminal.emit({ event: 'approval_needed', at: new Date(), run: name })
        terminal.note(
          `${name} waits for approval: nobody can be asked here.`,
          `${terminal.style.accent('→')} portolan apply ${name}   approves and applies exactly this plan (or use --auto-approve)`,
        )
        return exit.waits
      }
      if (answer === 'declined') {
        await place.services.runs.cancel(planned.run.id, place.location.actor)
        terminal.print(`Nothing was changed; ${name} is cancelled.`)
        return exit.error
      }
      return applyAndShow(call, place, { run: planned.run, screen })
    })
  return withNewWorkspace(call, call.args[0], work, (place) => refuseFirstRun(call, place))
}

/** Applies the plan that a run keeps. */
export async function applyKept(call: Call<Flags>, id: number): Promise<number> {
  const [flag] = planningFlagsIn(call.flags)
  if (flag !== undefined) {
    throw invalid(`${flag} has no effect on ${runName(id)}: its plan is made already`, {
      next: 'Leave it out, or plan anew with it.',
    })
  }
  return withPlace(call, async (here) => {
    const { runs, work } = here.services
    await work.refuseMember(await runs.get(id))
    const place = await placeOfRun(here, id)
    await work.endDeadRuns()
    const found = await runs.get(id)
    if (found.status !== 'planned') {
      throw conflict(`${runName(id)} is ${found.status}: there is no plan to apply`, {
        details: { status: found.status },
        next: 'portolan plan   makes a new one',
      })
    }
    return withScreen(call, place, async (screen) => {
      call.terminal.print(`${runName(id)} of ${workspaceName(place.workspace)}`)
      printPlanFacts(call, { run: found, files: [] })
      await approveRun(call, place, { run: found, ask: false })
      const parallelism = parallelismOf(call.flags) ?? found.options.parallelism
      const run = { ...found, options: { ...found.options, parallelism } }
      return applyAndShow(call, place, { run, screen })
    })
  })
}

/** A run is applied where it was planned. */
async function placeOfRun({ services, location }: Place, id: number): Promise<WorkspacePlace> {
  const found = await services.runs.get(id)
  const workspace = await services.projects.workspace(found.workspaceId)
  return {
    services,
    workspace,
    location: await services.work.locationOf(found, { workspace, here: location }),
  }
}
