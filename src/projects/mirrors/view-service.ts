import type { Db } from '../../platform/db/db.ts'
import { conflict, notFound } from '../../platform/errors.ts'
import type { ProjectRecord, ProjectView } from './project-record.ts'
import * as store from './project-store.ts'

/** Which project: by its name or its id. */
export interface Which {
  readonly name?: string
  readonly id?: string
}

/** A project that this server fetches. */
export async function mirrored(db: Db, name: string): Promise<ProjectRecord> {
  const project = await one(db, { name })
  if (project.source !== undefined && project.fetchedAt !== undefined) return project
  throw notFetched(project)
}

export function notFetched({ name, source }: ProjectRecord) {
  return source === undefined
    ? conflict(`this server does not know where the project ${name} is fetched from`, {
        next: 'Tell it: portolan project add ADDRESS',
      })
    : conflict(`the project ${name} has not been fetched yet`, {
        next: `Fetch it: portolan project fetch ${name}`,
      })
}

export async function one(db: Db, which: Which): Promise<store.StoredProject> {
  const [found] = await store.selectProjects(db, which)
  if (found !== undefined) return found
  throw notFound(`there is no project ${which.name ?? which.id}`, {
    next: 'See which there are: portolan project list',
  })
}

export async function view(db: Db, which: Which): Promise<ProjectView> {
  const [found] = await views(db, [await one(db, which)])
  if (found === undefined) throw notFound('there is no such project')
  return found
}

export async function views(
  db: Db,
  projects: readonly store.StoredProject[],
): Promise<ProjectView[]> {
  const declared = await store.selectDeclared(
    db,
    projects.map(({ id }) => id),
  )
  const none = { environments: [], workspaces: [] }
  return projects.map(({ login: _sealed, ...project }) => ({
    ...project,
    ...(declared.get(project.id) ?? none),
  }))
}
