import path from 'node:path'
import { AppError } from '../../platform/errors.ts'
import { claim } from '../../platform/process/claim.ts'
import type { FetchOptions, Head, ProjectRecord, ProjectView } from '../../projects/index.ts'
import type { Context } from '../context.ts'
import { hostLogin } from './host-login.ts'
import { syncProject } from './sync-project.ts'

/** What fetching works with. */
export type FetchContext = Pick<Context, 'config' | 'dataDirectory' | 'forges' | 'repositories'>

/**
 * Fetches a project, and records what its manifest declares if its branch moved. One process does it at
 * a time, so that an older head never comes after a newer one.
 * @throws AppError why it failed, which is recorded too; the signal's reason
 */
export async function fetchProject(
  context: FetchContext,
  project: Pick<ProjectRecord, 'id'>,
  options: FetchOptions = {},
): Promise<ProjectView> {
  const { repositories, dataDirectory } = context
  const claims = path.join(dataDirectory, 'mirrors', `${project.id}.sync`)
  const { signal } = options
  const held = await claim(claims, signal === undefined ? {} : { signal })
  try {
    const before = await repositories.byId(project.id)
    const head = await noting(context, before, { fetched: false }, () =>
      hostLogin(context, before.id).then((login) =>
        repositories.fetch(before, { ...options, login }),
      ),
    )
    await noting(context, before, { fetched: true }, () => takeUp(context, before, head))
    return await repositories.byId(project.id)
  } finally {
    await held.release()
  }
}

async function takeUp(
  context: FetchContext,
  project: ProjectRecord,
  head: Head | undefined,
): Promise<void> {
  if (head === undefined) {
    const error = 'there is no commit in the repository yet'
    await context.repositories.noteFetched(project.id, error, true)
  } else if (head.commit === project.headCommit) {
    await context.repositories.noteFetched(project.id, undefined, true)
  } else {
    await syncProject(context, project, head)
  }
}

/** What a person can read of a failure is recorded; anything else is a bug, and goes on alone. */
async function noting<T>(
  { repositories }: FetchContext,
  { id }: ProjectRecord,
  { fetched }: { readonly fetched: boolean },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError) {
      const next = error.next === undefined ? '' : ` ${error.next}`
      await repositories.noteFetched(id, `${error.message}.${next}`, fetched)
    }
    throw error
  }
}
