import { readdir } from 'node:fs/promises'
import {
  checkAdoption,
  describeModule,
  findTool,
  likelyTool,
  type Tool,
  type ToolWish,
} from '../../engines/index.ts'
import { conflict, invalid } from '../../platform/errors.ts'
import { type Location, type Workspace, workspaceName } from '../../projects/index.ts'
import type { Context } from '../context.ts'

/** @throws AppError `conflict` while a person has to decide on the workspace's state first */
export async function refuseUnsafe(context: Context, workspace: Workspace): Promise<void> {
  const name = workspaceName(workspace)
  const live = await context.runs.live(workspace.id)
  const unknown = live.find((run) => run.status === 'unknown')
  if (unknown !== undefined) {
    throw conflict(`nobody saw how the apply of run-${unknown.id} in ${name} ended`, {
      details: { run: `run-${unknown.id}` },
      next: 'Decide which state is true: portolan state rescue',
    })
  }
  const atRisk = await context.state.atRisk(workspace.id)
  if (atRisk !== undefined) {
    throw conflict(
      `the state of ${name} is at risk: the result of an apply was rejected (${atRisk.reason})`,
      {
        details: { quarantined: atRisk.id },
        next: 'Decide whether it counts: portolan state rescue',
      },
    )
  }
}

/**
 * What must be true of a directory of which nothing is recorded before anything is.
 * @throws AppError `invalid` or `conflict`
 */
export async function refuseToBegin(context: Context, location: Location): Promise<void> {
  const { environment, dataHome } = context.config
  await refuseWithoutConfiguration(location.directory)
  const tool = await findTool(environment, location.directory, dataHome)
  await refuseUnadopted(context, { location, workspace: undefined, tool })
}

/** @throws AppError `conflict` when the module has a state elsewhere that Portolan does not know */
export async function refuseUnadopted(
  context: Context,
  place: {
    readonly location: Location
    readonly workspace: Workspace | undefined
    readonly tool: Tool
  },
): Promise<void> {
  const { location, workspace, tool } = place
  const current = workspace && (await context.state.current(workspace.id))
  const adoption = checkAdoption(await describeModule(location.directory, tool.name), {
    hasVersions: current !== undefined,
    terraformWorkspace: location.environment,
  })
  if (adoption.kind === 'none') return
  throw conflict(adoption.reason, {
    next: [
      'Take it over first, or everything would be created a second time: portolan state import',
      'From a file: portolan state import FILE',
      'When nothing was ever applied here: portolan state import --empty',
    ].join('\n'),
  })
}

/** @throws AppError `conflict` when the module has a state elsewhere that Portolan does not know */
export async function refuseUnadoptedModule(
  context: Context,
  module: {
    readonly name: string
    readonly directory: string
    readonly tool: ToolWish['tool']
    readonly terraformWorkspace: string
  },
): Promise<void> {
  const { directory, terraformWorkspace } = module
  const tool = await likelyTool(context.config.environment, directory, module)
  const adoption = checkAdoption(await describeModule(directory, tool), {
    hasVersions: false,
    terraformWorkspace,
  })
  if (adoption.kind === 'none') return
  throw conflict(`${module.name}: ${adoption.reason}`, {
    next: [
      `Take it over first, or everything would be created a second time: portolan state import ${module.name}`,
      `Or leave it in its own backend: \`state: own\` in the component`,
    ].join('\n'),
  })
}

/**
 * With nothing but Portolan's own files in it Terraform would take everything for removed.
 * @throws AppError `invalid` when a directory holds no configuration
 */
export async function refuseWithoutConfiguration(directory: string): Promise<void> {
  const names = await readdir(directory)
  const isConfiguration = (name: string) =>
    /^[^.#].*\.(tf|tofu)(\.json)?$/.test(name) && !name.startsWith('zzzz_portolan_')
  if (names.some(isConfiguration)) return
  throw invalid(`there is no Terraform configuration in ${directory}`, {
    next: 'Go to the directory of a root module, or name it: portolan -C DIRECTORY plan',
  })
}
