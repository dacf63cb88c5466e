import type { NewSource, ProjectView, SourceEdit } from '../../projects/index.ts'
import type { Context } from '../context.ts'
import { fetchProject } from './fetch-project.ts'

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
  context: Context,
  source: NewSource,
  signal?: AbortSignal,
): Promise<AddedProject> {
  return begin(context, await context.repositories.add(source), signal)
}

/** Changes where a project is fetched from, and begins to fetch it there. @throws AppError as above */
export async function editProject(
  context: Context,
  name: string,
  edit: SourceEdit,
): Promise<AddedProject> {
  return begin(context, await context.repositories.edit(name, edit), undefined)
}

function begin(
  context: Context,
  project: ProjectView,
  signal: AbortSignal | undefined,
): AddedProject {
  const fetched = fetchProject(context, project, { signal })
  fetched.catch(() => undefined) // Seen by who waits for it; recorded for who does not.
  return { project, fetched }
}
