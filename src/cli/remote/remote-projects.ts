import path from 'node:path'
import { z } from 'zod'
import { Project } from '../../api/projects/schema.ts'
import {
  Deployed as DeployedJson,
  WorkspaceDetails,
  WorkspaceItem,
} from '../../api/workspaces/schema.ts'
import type { Deployed } from '../../changes/index.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import {
  type Location,
  normaliseOrigin,
  type Workspace,
  workspaceName,
} from '../../projects/index.ts'
import type { Projects } from '../services/services.ts'
import { type KnownWorkspaces, pathOf } from './known-workspaces.ts'
import { type ServerConnection, segment } from './server-connection.ts'

type Where = Pick<Location, 'origin' | 'project' | 'repositoryRoot'>

/** The projects of a server; the id of one is its name. */
export interface RemoteProjects extends Projects {
  /** @throws AppError `not_found` when the server has no project of this repository */
  demand(location: Where): Promise<string>
}

export function remoteProjects(
  server: ServerConnection,
  known: KnownWorkspaces,
  here: Where,
): RemoteProjects {
  let asked: Promise<string | undefined> | undefined
  const nameOf = () => {
    asked ??= findProject(server, here)
    return asked
  }
  const find = async (project: string, component: string, environment: string) => {
    const names = { project, component, environment }
    const details = await orNothing(server.get(pathOf(names), WorkspaceDetails))
    return details && isRecorded(details)
      ? known.remember({ ...names, id: details.workspace.id })
      : undefined
  }
  return {
    projectOf: nameOf,
    findProjectId: nameOf,
    demand: async () => (await nameOf()) ?? (await refuseUnknown(server, here)),
    findWorkspace: find,
    workspace: async (id) => known.get(id),
    list: async () => {
      const project = await nameOf()
      if (project === undefined) return []
      const items = await server.get(
        `/projects/${segment(project)}/workspaces`,
        z.array(WorkspaceItem),
      )
      return items.flatMap(({ id, component, environment, run, stateVersion }) => {
        if (run === undefined && stateVersion === undefined) return []
        return [known.remember({ id, project, component, environment })]
      })
    },
    ensureWorkspace: async ({ component, environment }) => {
      const project = (await nameOf()) ?? (await refuseUnknown(server, here))
      const found = await find(project, component, environment)
      // Of what is in no manifest that it has seen the server will say so itself.
      return found ?? known.remember(unrecorded({ project, component, environment }))
    },
    renameWorkspace: async (workspace, to) => {
      const renamed = await server.send('POST', `${pathOf(workspace)}/rename`, WorkspaceItem, {
        body: to,
      })
      return known.remember({ ...workspace, ...to, id: renamed.id })
    },
    deployed: async (project) => {
      const all = await server.get(`/projects/${segment(project)}/deployed`, z.array(DeployedJson))
      return all.map((one) => {
        const { workspaceId: id, component, environment } = one
        known.remember({ id, project, component, environment })
        return deployedOf(one)
      })
    },
  }
}

/** Of what is only declared nothing is recorded yet. */
function isRecorded({ workspace, lock, quarantined }: z.output<typeof WorkspaceDetails>): boolean {
  const { run, stateVersion } = workspace
  return run !== undefined || stateVersion !== undefined || lock !== undefined || quarantined > 0
}

function unrecorded(names: Omit<Workspace, 'id'>): Workspace {
  return { ...names, id: workspaceName(names, 'full') }
}

/** By what it is fetched from, which all clones share, else by its name. */
async function findProject(
  server: ServerConnection,
  { origin, project, repositoryRoot }: Where,
): Promise<string | undefined> {
  const projects = await server.get('/projects', z.array(Project))
  const origins = new Set([origin, `file://${repositoryRoot}`])
  const originOf = ({ source }: (typeof projects)[number]) =>
    source === undefined ? undefined : normaliseOrigin(source, path.sep)
  const found =
    projects.find((one) => one.source !== undefined && origins.has(originOf(one))) ??
    projects.find((one) => one.name === project)
  return found?.name
}

async function refuseUnknown(server: ServerConnection, { origin }: Where): Promise<never> {
  throw notFound(`the server ${server.url} has no project of this repository`, {
    next: `portolan project add ${origin === undefined ? 'ADDRESS' : origin}   makes one`,
  })
}

function deployedOf(json: z.output<typeof DeployedJson>): Deployed {
  const { state, lastRun, lastGood } = json
  return {
    ...json,
    state: state && {
      version: state.version,
      resources: state.resources,
      recordedAt: new Date(state.recordedAt),
    },
    lastRun: lastRun && runOf(lastRun),
    lastGood: lastGood && {
      ...runOf(lastGood),
      sourceDigest: lastGood.sourceDigest,
      definitionDigest: lastGood.definitionDigest,
    },
    unknownRun: json.unknownRun,
    lockedBy: json.lockedBy,
  }
}

function runOf(json: NonNullable<z.output<typeof DeployedJson>['lastRun']>) {
  const { id, changeId, operation, status, reason, at } = json
  return { id, changeId, operation, status, reason, at: new Date(at) }
}

/** What is not there, or nobody may know of, is nothing. */
export async function orNothing<T>(asking: Promise<T>): Promise<T | undefined> {
  try {
    return await asking
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined
    throw error
  }
}
