import type { Db } from '../platform/db/db.ts'
import { newId } from '../platform/ids.ts'
import type { Workspace } from './workspace.ts'

export interface ProjectRow {
  readonly id: string
  readonly name: string
  readonly repository: string
}

/** Of all projects, in alphabetical order. */
export async function listProjectNames(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('projects').select('name').orderBy('name').execute()
  return rows.map(({ name }) => name)
}

export async function findProjectByName(db: Db, name: string): Promise<ProjectRow | undefined> {
  return db
    .selectFrom('projects')
    .select(['id', 'name', 'repository'])
    .where('name', '=', name)
    .executeTakeFirst()
}

/** A project with the commit that should be deployed, when a server knows it. */
export interface ProjectWithHead extends ProjectRow {
  readonly headCommit: string | undefined
}

export async function findProjectById(db: Db, id: string): Promise<ProjectWithHead | undefined> {
  const row = await db
    .selectFrom('projects')
    .select(['id', 'name', 'repository', 'head_commit'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { head_commit: headCommit, ...project } = row
  return { ...project, headCommit: headCommit ?? undefined }
}

export async function findProjectByRepository(
  db: Db,
  repository: string,
): Promise<ProjectRow | undefined> {
  return db
    .selectFrom('projects')
    .select(['id', 'name', 'repository'])
    .where('repository', '=', repository)
    .executeTakeFirst()
}

/** Undefined when the name or the repository is there already. */
export async function insertProject(
  db: Db,
  project: { readonly name: string; readonly repository: string },
): Promise<ProjectRow | undefined> {
  return db
    .insertInto('projects')
    .values({ id: newId(), ...project })
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'name', 'repository'])
    .executeTakeFirst()
}

export async function updateProject(
  db: Db,
  id: string,
  change: { readonly name?: string; readonly repository?: string },
): Promise<void> {
  await db.updateTable('projects').set(change).where('id', '=', id).execute()
}

export async function updateWorkspace(
  db: Db,
  id: string,
  change: { readonly component?: string; readonly environment?: string },
): Promise<void> {
  await db.updateTable('workspaces').set(change).where('id', '=', id).execute()
}

/** Reads across to the states: a workspace without one can be given up. */
export async function hasStates(db: Db, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('state_versions')
    .select('id')
    .where('workspace_id', '=', id)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Inserts the workspace if it is new, and returns it. */
export async function ensureWorkspaceRow(
  db: Db,
  project: ProjectRow,
  names: { readonly component: string; readonly environment: string },
): Promise<Workspace> {
  const found = await findWorkspaceRow(db, { project: project.name, ...names })
  if (found !== undefined) return found
  await db
    .insertInto('workspaces')
    .values({ id: newId(), project_id: project.id, ...names })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await workspaces(db)
    .where('workspaces.project_id', '=', project.id)
    .where('component', '=', names.component)
    .where('environment', '=', names.environment)
    .executeTakeFirstOrThrow()
  return row
}

/** The same for many at once; in the given order. */
export async function ensureWorkspaceRows(
  db: Db,
  project: ProjectRow,
  names: readonly { readonly component: string; readonly environment: string }[],
): Promise<Workspace[]> {
  const recorded = async () =>
    new Map(
      (await workspaces(db).where('workspaces.project_id', '=', project.id).execute()).map(
        (workspace) => [keyOf(workspace), workspace],
      ),
    )
  const before = await recorded()
  const missing = names.filter((name) => !before.has(keyOf(name)))
  // PostgreSQL takes 65,535 parameters in one statement.
  for (let at = 0; at < missing.length; at += 5000) {
    const rows = missing.slice(at, at + 5000)
    await db
      .insertInto('workspaces')
      .values(
        rows.map(({ component, environment }) => ({
          id: newId(),
          project_id: project.id,
          component,
          environment,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  const now = missing.length === 0 ? before : await recorded()
  return names.flatMap((name) => now.get(keyOf(name)) ?? [])
}

function keyOf(names: { readonly component: string; readonly environment: string }): string {
  return `${names.component}@${names.environment}`
}

export async function findWorkspaceRow(
  db: Db,
  names: Omit<Workspace, 'id'>,
): Promise<Workspace | undefined> {
  return workspaces(db)
    .where('projects.name', '=', names.project)
    .where('component', '=', names.component)
    .where('environment', '=', names.environment)
    .executeTakeFirst()
}

export async function findWorkspaceById(db: Db, id: string): Promise<Workspace | undefined> {
  return workspaces(db).where('workspaces.id', '=', id).executeTakeFirst()
}

export async function listWorkspaces(db: Db): Promise<Workspace[]> {
  return workspaces(db)
    .orderBy('projects.name')
    .orderBy('component')
    .orderBy('environment')
    .execute()
}

function workspaces(db: Db) {
  return db
    .selectFrom('workspaces')
    .innerJoin('projects', 'projects.id', 'workspaces.project_id')
    .select(['workspaces.id', 'projects.name as project', 'component', 'environment'])
}
