import { record } from '../../audit/index.ts'
import { type Db, inTransaction } from '../../platform/db/db.ts'
import { storableText } from '../../platform/db/stored-text.ts'
import { receiveBundle } from './bundle-service.ts'
import { declare } from './declaration-service.ts'
import { answeringRequest } from './fetch-request-store.ts'
import { bringRefs, type FetchOptions, fetchMirror } from './fetch-service.ts'
import type { Declaration, ProjectRecord, ProjectView } from './project-record.ts'
import * as store from './project-store.ts'
import { type Head, headOf, knownCommits, resolveRef } from './ref-client.ts'
import type { RefPair } from './remote-client.ts'
import {
  add,
  edit,
  type NewSource,
  openSource,
  type RepositoryDeps,
  type SourceEdit,
} from './source-service.ts'
import { mirrored, one, view, views } from './view-service.ts'

/** The repositories of projects, as a server keeps them. */
export interface RepositoryService {
  /**
   * Records where a project is fetched from, after asking there: nothing is recorded of what cannot be
   * read. A project that is known by its workspaces alone is claimed by its repository. Audited.
   * @throws AppError `invalid`, `unavailable`, `conflict` for what is there already
   */
  add(source: NewSource): Promise<ProjectView>
  /** By name. */
  list(): Promise<ProjectView[]>
  /** @throws AppError `not_found` */
  get(name: string): Promise<ProjectView>
  /** @throws AppError `not_found` */
  byId(id: string): Promise<ProjectView>
  /** Changes where it is fetched from. Audited. @throws AppError as `add` */
  edit(name: string, edit: SourceEdit): Promise<ProjectView>
  /**
   * Brings the mirror up to date, and says where the project's branch stands; undefined while there is
   * no commit. Records nothing.
   * @throws AppError `unavailable`, `conflict` for a project without a source
   */
  fetch(project: ProjectRecord, options?: FetchOptions): Promise<Head | undefined>
  /**
   * Brings single refs to the mirror. Records nothing.
   * @throws AppError as `fetch`, also when one of them is not there
   */
  bringRefs(projectId: string, refs: readonly RefPair[], options?: FetchOptions): Promise<void>
  /** Records that somebody wants a project to be fetched now. */
  noteAsked(project: Pick<ProjectRecord, 'name'>, actor: string): Promise<void>
  /** Records what the manifest at a head declares. @throws AppError `conflict` for a name that is taken */
  declare(projectId: string, declaration: Declaration): Promise<void>
  /** Records how fetching ended where nothing new is declared; undefined: well. */
  noteFetched(projectId: string, error: string | undefined, fetched: boolean): Promise<void>
  /** Of the given commits those that are here. @throws AppError `not_found`, `conflict` */
  knownCommits(name: string, commits: readonly string[]): Promise<string[]>
  /** Takes the commit of a git bundle. Audited. @throws AppError `invalid`, `too_large`, `conflict` */
  receiveBundle(name: string, content: AsyncIterable<Uint8Array>, actor: string): Promise<string>
  /** The commit of a branch, a tag or a commit's name. @throws AppError `invalid`, `not_found` */
  resolveRef(name: string, ref: string): Promise<string>
}

export function createRepositoryService(
  db: Db,
  options: Omit<RepositoryDeps, 'db'>,
): RepositoryService {
  const deps = { db, ...options }
  const { places } = options
  return {
    add: (source) => add(deps, source),
    list: async () => views(db, await store.selectProjects(db)),
    get: (name) => view(db, { name }),
    byId: (id) => view(db, { id }),
    edit: (name, change) => edit(deps, name, change),
    fetch: (project, fetching) => fetch(deps, project, fetching),
    bringRefs: async (projectId, refs, fetching) => {
      const stored = await one(db, { id: projectId })
      await bringRefs(places, stored.id, openSource(deps, stored), { ...fetching, refs })
    },
    noteAsked: ({ name }, actor) => record(db, { actor, action: 'project.fetch', subject: name }),
    declare: (projectId, declaration) =>
      inTransaction(db, (tx) => declare(tx, projectId, declaration)),
    noteFetched: (projectId, error, fetched) =>
      store.updateFetched(db, projectId, {
        error: error === undefined ? null : storableText(error),
        fetched,
      }),
    knownCommits: async (name, commits) =>
      knownCommits(places, (await mirrored(db, name)).id, commits),
    resolveRef: async (name, ref) => resolveRef(places, (await mirrored(db, name)).id, ref),
    async receiveBundle(name, content, actor) {
      const project = await mirrored(db, name)
      const commit = await receiveBundle(places, project.id, content)
      await record(db, {
        actor,
        action: 'project.upload',
        subject: project.name,
        details: { commit },
      })
      return commit
    },
  }
}

async function fetch(
  deps: RepositoryDeps,
  project: ProjectRecord,
  options: FetchOptions | undefined,
): Promise<Head | undefined> {
  const { db, places } = deps
  // As it is now: it may have been edited while others were fetched.
  const stored = await one(db, { id: project.id })
  await answeringRequest(db, stored.id, () =>
    fetchMirror(places, stored.id, openSource(deps, stored), options),
  )
  return headOf(places, stored.id, stored.branch)
}
