import type { NewSource, ProjectView, SourceEdit } from '../../projects/index.ts'
import { type FetchContext, fetchProject } from './fetch-project.ts'

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
export async function addProject(context: FetchContext, source: NewSource): Promise<AddedProject> {
  return begin(context, await context.repositories.add(source))
}

/** Changes where a project is fetched from, and begins to fetch it there. @throws AppError as above */
export async function editProject(
  context: FetchContext,
  name: string,
  edit: SourceEdit,
): Promise<AddedProject> {
  return begin(context, await context.repositories.edit(name, edit))
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
