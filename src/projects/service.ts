import { record } from '../audit/index.ts'
import { type Db, inTransaction } from '../platform/db/db.ts'
import { conflict, notFound, unavailable } from '../platform/errors.ts'
import type { Location } from './location.ts'
import {
  ensureWorkspaceRow,
  ensureWorkspaceRows,
  findProjectById,
  findProjectByName,
  findProjectByRepository,
  findWorkspaceById,
  findWorkspaceRow,
  hasStates,
  insertProject,
  listProjectNames,
  listWorkspaces,
  type ProjectRow,
  type ProjectWithHead,
  updateProject,
  updateWorkspace,
} from './store.ts'
import { checkEnvironment, checkProject, type Workspace, workspaceName } from './workspace.ts'

/** What says which project it is. */
export type ProjectPlace = Pick<Location, 'repositoryId' | 'origin' | 'project' | 'projectChosen'>

type Place = ProjectPlace & Pick<Location, 'component' | 'environment'>

export interface ProjectService {
  /**
   * The workspace of a location, made if it is new.
   * @throws AppError `conflict` when another repository has the project's name.
   */
  ensureWorkspace(location: Place): Promise<Workspace>
  /** The id of a location's project, made if it is new. */
  ensureProject(location: ProjectPlace): Promise<string>
  /** The workspaces of these names in a location's project, made where they are new; in the given order. */
  ensureWorkspaces(
    location: Place,
    names: readonly { readonly component: string; readonly environment: string }[],
  ): Promise<Workspace[]>
  /**
   * The workspace of these names, made if it is new, and so its project: how a client begins of which
   * nothing but an address is known. A project made so belongs to no repository until one that was
   * given its name on purpose (`projectChosen`) claims it.
   * @throws AppError `invalid` for a name that no project or environment may have
   */
  ensureNamedWorkspace(names: Omit<Workspace, 'id'>): Promise<Workspace>
  /**
   * Gives a workspace with all that is recorded of it another name. One that has the name already and
   * has no state makes room.
   * @throws AppError `conflict` when both have a state
   */
  renameWorkspace(
    workspace: Workspace,
    to: { readonly component: string; readonly environment: string },
    actor: string,
  ): Promise<Workspace>
  /** A project by its id, as it is recorded. @throws AppError `not_found` */
  project(id: string): Promise<ProjectWithHead>
  /** Names of all projects. */
  names(): Promise<string[]>
  /** The project of this name. @throws AppError `not_found` */
  named(name: string): Promise<ProjectWithHead>
  /** The name under which the location's project is recorded, if it is. */
  projectOf(location: Place): Promise<string | undefined>
  /** The id of a location's project, if it is recorded. */
  findProjectId(location: Place): Promise<string | undefined>
  findWorkspace(
    project: string,
    component: string,
    environment: string,
  ): Promise<Workspace | undefined>
  /** @throws AppError `not_found` */
  workspace(id: string): Promise<Workspace>
  /** All workspaces, by project, component and environment. */
  list(): Promise<Workspace[]>
}

/** Projects and workspaces as the database knows them. */
export function createProjectService(db: Db): ProjectService {
  return {
    ensureWorkspace: (location) =>
      inTransaction(db, async (tx) => {
        const project = await ensureProject(tx, location)
        const { component, environment } = location
        return ensureWorkspaceRow(tx, project, { component, environment })
      }),
    ensureProject: (location) =>
      inTransaction(db, async (tx) => (await ensureProject(tx, location)).id),
    ensureWorkspaces: (location, names) =>
      inTransaction(db, async (tx) => {
        for (const { environment } of names) checkEnvironment(environment)
        return ensureWorkspaceRows(tx, await ensureProject(tx, location), names)
      }),
    renameWorkspace: (workspace, to, actor) =>
      inTransaction(db, (tx) => rename(tx, workspace, { to, actor })),
    ensureNamedWorkspace: (names) =>
      inTransaction(db, async (tx) => {
        const project = await ensureNamedProject(tx, checkProject(names.project))
        const environment = checkEnvironment(names.environment)
        return ensureWorkspaceRow(tx, project, { component: names.component, environment })
      }),
    names: () => listProjectNames(db),
    named: async (name) => {
      const found = await findProjectByName(db, name)
      const whole = found && (await findProjectById(db, found.id))
      if (whole !== undefined) return whole
      throw notFound(`there is no project ${name}`, { next: 'portolan project list' })
    },
    project: async (id) => {
      const found = await findProjectById(db, id)
      if (found === undefined) throw notFound(`there is no project ${id}`)
      return found
    },
    projectOf: async (location) => (await recordedProject(db, location))?.name,
    findProjectId: async (location) => (await recordedProject(db, location))?.id,
    findWorkspace: (project, component, environment) =>
      findWorkspaceRow(db, { project, component, environment }),
    workspace: async (id) => {
      const found = await findWorkspaceById(db, id)
      if (found === undefined) throw notFound(`there is no workspace ${id}`)
      return found
    },
    list: () => listWorkspaces(db),
  }
}

/** By origin, which all clones share, else by the id that it had before it had an origin. */
export async function recordedProject(
  db: Db,
  location: Pick<ProjectPlace, 'repositoryId' | 'origin'>,
): Promise<ProjectRow | undefined> {
  const byOrigin =
    location.origin === undefined ? undefined : await findProjectByRepository(db, location.origin)
  return byOrigin ?? findProjectByRepository(db, location.repositoryId)
}

/**
 * The project of a place, made if it is new, with the name that was chosen for it.
 * @throws AppError `conflict` when another repository has the name
 */
export async function ensureProject(db: Db, location: ProjectPlace): Promise<ProjectRow> {
  const repository = location.origin ?? location.repositoryId
  const found = await recordedProject(db, location)
  if (found === undefined) {
    const made = await insertProject(db, { name: location.project, repository })
    if (made !== undefined) return made
    // Another command made it at the same time, or another repository has the name.
    const again = (await recordedProject(db, location)) ?? (await claim(db, location, repository))
    if (again === undefined) throw await nameTaken(db, location.project)
    return again
  }
  const name = location.projectChosen ? location.project : found.name
  if (name !== found.name && (await findProjectByName(db, name)) !== undefined) {
    throw await nameTaken(db, name)
  }
  const kept = location.origin === undefined ? found.repository : repository
  if (name === found.name && kept === found.repository) return found
  await updateProject(db, found.id, { name, repository: kept })
  return { ...found, name, repository: kept }
}

interface Renaming {
  readonly to: { readonly component: string; readonly environment: string }
  readonly actor: string
}

async function rename(db: Db, workspace: Workspace, { to, actor }: Renaming): Promise<Workspace> {
  const { project } = workspace
  checkEnvironment(to.environment)
  const renamed = { ...workspace, ...to }
  const there = await findWorkspaceRow(db, { project, ...to })
  if (there !== undefined && there.id !== workspace.id) {
    if (await hasStates(db, there.id)) {
      throw conflict(`${workspaceName(there)} has a state of its own`, {
        next: `Compare them first: portolan state show in both. Nothing was renamed.`,
      })
    }
    // Its runs, none of which left a state, stay with a name that no manifest can have.
    await updateWorkspace(db, there.id, { component: `${there.component}~${there.id}` })
  }
  await updateWorkspace(db, workspace.id, to)
  await record(db, {
    actor,
    action: 'workspace.rename',
    subject: workspaceName(renamed, 'full'),
    details: { from: workspaceName(workspace) },
  })
  return renamed
}

async function ensureNamedProject(db: Db, name: string): Promise<ProjectRow> {
  const project =
    (await findProjectByName(db, name)) ??
    (await insertProject(db, { name, repository: unclaimed(name) })) ??
    (await findProjectByName(db, name))
  if (project === undefined) throw unavailable(`the project ${name} could not be made`)
  return project
}

/** What stands for the repository of a project that was made by its name alone. */
function unclaimed(name: string): string {
  return `unclaimed:${name}`
}

async function claim(
  db: Db,
  location: ProjectPlace,
  repository: string,
): Promise<ProjectRow | undefined> {
  if (!location.projectChosen) return undefined
  const named = await findProjectByName(db, location.project)
  if (named === undefined || named.repository !== unclaimed(named.name)) return undefined
  await updateProject(db, named.id, { repository })
  return { ...named, repository }
}

async function nameTaken(db: Db, name: string) {
  const holder = await findProjectByName(db, name)
  if (holder?.repository === unclaimed(name)) {
    return conflict(`the project ${name} was made through the http door, by no repository`, {
      next: `If it is this repository's: \`git config portolan.project ${name}\`. If not, choose another name there.`,
    })
  }
  return conflict(
    `the project name ${name} belongs to another repository (${holder?.repository ?? 'unknown'})`,
    {
      next: 'Give this one another name: `git config portolan.project NAME`. If both are the same repository, give this clone the same `origin` remote.',
    },
  )
}
