import type { ForgeWish } from '../../forges/index.ts'
import type { NewSource, ProjectView, SourceEdit } from '../../projects/index.ts'
import { type FetchContext, fetchProject } from './fetch-project.ts'
import { hostLogin, wishedLogin } from './host-login.ts'

/** A project that was recorded, and its first fetch, which goes on. */
export interface AddedProject {
  readonly project: ProjectView
  /** What it is like when it was fetched; rejected with why it could not be, which is recorded. */
  readonly fetched: Promise<ProjectView>
}

/**
 * Records a project and begins to fetch it.
 * @throws AppError `invalid`, `conflict`, `unavailable` for what cannot be read: then nothing is recorded
 */
export async function addProject(
  context: FetchContext,
  source: NewSource,
  /** How its host is spoken to, when that is known from the beginning. */
  host?: ForgeWish,
): Promise<AddedProject> {
  const { repositories, forges } = context
  if (host === undefined) return begin(context, await repositories.add(source))
  const login = await wishedLogin(context, source.source, host)
  const project = await repositories.add({ ...source, login })
  await forges.set(project.name, host, source.actor)
  return begin(context, project)
}

/** Changes where a project is fetched from, and begins to fetch it there. @throws AppError as above */
export async function editProject(
  context: FetchContext,
  name: string,
  edit: SourceEdit,
): Promise<AddedProject> {
  const { repositories } = context
  const { id } = await repositories.get(name)
  const login = await hostLogin(context, id, edit.source)
  return begin(context, await repositories.edit(name, { ...edit, login }))
}

/** Begins to fetch a project because somebody asked for it, which is audited. @throws AppError `not_found` */
export async function refetchProject(
  context: FetchContext,
  name: string,
  actor: string,
): Promise<AddedProject> {
  const project = await context.repositories.get(name)
  await context.repositories.noteAsked(project, actor)
  return begin(context, project)
}

function begin(context: FetchContext, project: ProjectView): AddedProject {
  const fetched = fetchProject(context, project)
  fetched.catch(() => undefined) // Seen by who waits for it; recorded for who does not.
  return { project, fetched }
}
