import type { Deployed } from '../../changes/index.ts'
import { type Workspace, workspaceName } from '../../projects/index.ts'
import { type Call, exit } from '../call.ts'
import { locateInManifest } from '../platform/manifest-workspace.ts'
import { hasManifest } from '../platform/platform-place.ts'
import {
  type EnvironmentFlags,
  type Place,
  type WorkspacePlace,
  withPlace,
  withWorkspace,
} from './place.ts'

/**
 * Runs work on the workspace that has to be rescued: the one that is named, that of the run, else the
 * only one of the platform that needs a person. Several are listed, each with its command.
 */
export async function withRescuePlace(
  call: Call<EnvironmentFlags>,
  run: number | undefined,
  work: (place: WorkspacePlace) => Promise<number>,
): Promise<number> {
  const { component, environment } = call.flags
  if (component !== undefined || environment !== undefined || !hasManifest(call)) {
    return withWorkspace(call, undefined, work)
  }
  return withPlace(call, async (place) => {
    const { services } = place
    await services.work.endDeadRuns()
    const troubled = run === undefined ? await findTroubled(place) : []
    const only =
      run === undefined
        ? troubled.length === 1
          ? troubled[0]?.workspaceId
          : undefined
        : (await services.runs.get(run)).workspaceId
    if (only === undefined) return listTroubled(call, troubled)
    const workspace = await services.projects.workspace(only)
    return work({ services, workspace, location: await locationOf(call, place, workspace) })
  })
}

async function findTroubled({ services, location }: Place): Promise<Deployed[]> {
  const { projects } = services
  const project = await projects.findProjectId(location)
  const all = project === undefined ? [] : await projects.deployed(project)
  return all.filter((one) => one.unknownRun !== undefined || one.isAtRisk)
}

function listTroubled({ terminal }: Call, troubled: readonly Deployed[]): number {
  terminal.emit({
    workspaces: troubled.map(({ component, environment }) => `${component}@${environment}`),
  })
  if (troubled.length === 0) {
    terminal.print(
      'No workspace needs to be rescued.',
      `${terminal.style.accent('→')} portolan state rescue -c NAME -e ENVIRONMENT   shows what was kept of one`,
    )
  }
  for (const { component, environment, unknownRun } of troubled) {
    const what =
      unknownRun === undefined ? 'its state is at risk' : `nobody saw how run-${unknownRun} ended`
    terminal.print(
      `${component}@${environment}: ${what}`,
      `${terminal.style.accent('→')} portolan state rescue -c ${component} -e ${environment}`,
    )
  }
  return exit.done
}

async function locationOf(call: Call<EnvironmentFlags>, place: Place, workspace: Workspace) {
  return (await locateInManifest(call, workspaceName(workspace))) ?? place.location
}
