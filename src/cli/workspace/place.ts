import { invalid, notFound } from '../../platform/errors.ts'
import {
  directoryOf,
  type Location,
  locate,
  parseWorkspaceName,
  type Workspace,
  workspaceName,
} from '../../projects/index.ts'
import type { Call } from '../call.ts'
import { locateInManifest } from '../platform/manifest-workspace.ts'
import type { Served } from '../services/services.ts'
import { withServices } from '../services/with-services.ts'

export interface EnvironmentFlags {
  readonly environment?: string | undefined
  readonly component?: string | undefined
}

/** A call's location, and who does what is asked for there. */
export type Place = Served

/** A place whose workspace is recorded. */
export interface WorkspacePlace extends Place {
  readonly workspace: Workspace
}

/** Which workspace a call is about: of a `portolan.yaml`, else that of a root module's directory. */
async function locateWorkspace(
  call: Call<EnvironmentFlags>,
  reference: string | undefined,
): Promise<Location> {
  const inManifest = await locateInManifest(call, reference)
  if (inManifest !== undefined) return inManifest
  const { component, environment } = call.flags
  const named = component === undefined ? undefined : `${component}@${environment ?? 'default'}`
  return locateCall(call, reference ?? named)
}

/** Where the call acts, by `-C`, `-e` and a workspace's name if one was given. */
async function locateCall(
  call: Call<EnvironmentFlags>,
  reference: string | undefined,
): Promise<Location> {
  const options = { dataHome: call.config.dataHome, env: call.config.environment }
  const { environment } = call.flags
  if (reference === undefined) return locate(call.directory, { ...options, environment })
  const named = readReference(reference, environment)
  const here = await locate(call.directory, { ...options, environment: named.environment })
  const inProject = named.path.startsWith(`${here.project}/`)
    ? [named.path, named.path.slice(here.project.length + 1)]
    : [named.path]
  for (const component of inProject) {
    const directory = directoryOf(here.repositoryRoot, component)
    const found = await locate(directory, { ...options, environment: named.environment }).catch(
      () => undefined,
    )
    if (found !== undefined && found.repositoryId === here.repositoryId) return found
  }
  throw notFound(`there is no directory for ${reference} in ${here.repositoryRoot}`, {
    next: '`portolan status` lists the workspaces of this repository.',
  })
}

/** Runs work at the call's repository. */
export async function withPlace<T>(
  call: Call<EnvironmentFlags>,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const location = await locateCall(call, undefined)
  return withServices(call, location, work)
}

/** The same at a workspace that need not be recorded. */
export async function withWorkspacePlace<T>(
  call: Call<EnvironmentFlags>,
  reference: string | undefined,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const location = await locateWorkspace(call, reference)
  return withServices(call, location, work)
}

/**
 * Runs work on a recorded workspace: the one that is named, else that of the directory.
 * @throws AppError `not_found` when Portolan knows no such workspace
 */
export async function withWorkspace<T>(
  call: Call<EnvironmentFlags>,
  reference: string | undefined,
  work: (place: WorkspacePlace) => Promise<T>,
): Promise<T> {
  const named =
    reference === undefined ? undefined : readReference(reference, call.flags.environment)
  const location =
    named === undefined
      ? await locateWorkspace(call, undefined)
      : await locateCall({ ...call, flags: { environment: named.environment } }, undefined)
  return withServices(call, location, async (place) => {
    const workspace = await findRecorded(place, named?.path)
    if (workspace !== undefined) return work({ ...place, workspace })
    throw notFound(`nothing is recorded of ${reference ?? workspaceName(place.location)} yet`, {
      next:
        reference === undefined
          ? 'Start with `portolan plan`, or take over an existing state with `portolan state import`.'
          : '`portolan status` lists the workspaces that are.',
    })
  })
}

/**
 * Lets a command that makes something make the workspace too. What `first` refuses leaves no trace: it
 * is asked before a workspace is made, and not of one that is there.
 */
export async function withNewWorkspace<T>(
  call: Call<EnvironmentFlags>,
  reference: string | undefined,
  work: (place: WorkspacePlace) => Promise<T>,
  first: (place: Place) => Promise<void> = async () => {},
): Promise<T> {
  const location = await locateWorkspace(call, reference)
  return withServices(call, location, async (place) => {
    if ((await findRecorded(place, undefined)) === undefined) await first(place)
    const workspace = await place.services.projects.ensureWorkspace(place.location)
    return work({ ...place, workspace })
  })
}

/** The workspace of a location, or of a name in it, if it is recorded. */
export async function findRecorded(
  { services, location }: Place,
  name: string | undefined,
): Promise<Workspace | undefined> {
  const { projects } = services
  const project = (await projects.projectOf(location)) ?? location.project
  const { environment } = location
  const own = await projects.findWorkspace(project, name ?? location.component, environment)
  if (own !== undefined || name === undefined) return own
  const slash = name.indexOf('/')
  if (slash < 1) return undefined
  return projects.findWorkspace(name.slice(0, slash), name.slice(slash + 1), environment)
}

function readReference(reference: string, environment: string | undefined) {
  const named = parseWorkspaceName(reference)
  if (named === undefined) {
    throw invalid(`${JSON.stringify(reference)} is no workspace`, {
      next: 'A workspace is written component@environment: network@prod. `portolan status` lists them.',
    })
  }
  if (environment !== undefined && environment !== named.environment) {
    throw invalid(`${reference} is in ${named.environment}, but -e says ${environment}`, {
      next: 'Leave one of them out.',
    })
  }
  return named
}
