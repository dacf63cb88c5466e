import { loadManifest, type Manifest } from '../../manifest/index.ts'
import { conflict } from '../../platform/errors.ts'
import { type Location, openCommit } from '../../projects/index.ts'
import type { Context } from '../context.ts'

/** A commit of a project, as somebody wants it to be changed. */
export interface CommitRequest {
  readonly projectId: string
  readonly commit: string | undefined
  readonly branch: string | undefined
  /** It was made of uncommitted changes. */
  readonly dirty: boolean
  readonly actor: string
}

/** What a server works on instead of a working tree: a commit of a project that it knows. */
export interface CommittedPlatform {
  /** Of a checkout that everybody shares and nobody writes to. */
  readonly location: Location
  readonly manifest: Manifest
  /** Of the project's head, when that is another commit. */
  readonly guards: Manifest | undefined
}

/**
 * The manifest of a commit.
 * @throws AppError `not_found` for a commit that the server does not have, `invalid` with all that is
 *   wrong with its manifest
 */
export async function openCommitted(
  context: Context,
  { projectId, commit, branch, dirty, actor }: CommitRequest,
): Promise<CommittedPlatform> {
  if (commit === undefined) {
    throw conflict('a server works on commits only, and this change comes from none', {
      next: 'Make a new change of a commit.',
    })
  }
  const { name, repository, headCommit } = await context.projects.project(projectId)
  const read = async (id: string) => {
    const root = await openCommit(mirrorPlaces(context), projectId, id)
    const options = { cacheDirectory: context.dataDirectory, env: context.config.environment }
    return { root, manifest: await loadManifest(root, options) }
  }
  const { root, manifest } = await read(commit)
  const isHead = headCommit === undefined || headCommit === commit
  const guards = isHead ? undefined : (await read(headCommit)).manifest
  return {
    manifest,
    guards,
    location: {
      repositoryRoot: root,
      repositoryId: repository,
      origin: repository,
      project: name,
      // The server's name of it counts, whatever a manifest in some branch says.
      projectChosen: false,
      component: 'root',
      environment: 'default',
      directory: root,
      commit,
      branch,
      dirty,
      actor,
    },
  }
}

/** Where this server keeps repositories. */
export function mirrorPlaces({ config, dataDirectory }: Pick<Context, 'config' | 'dataDirectory'>) {
  return { dataDirectory, env: config.environment }
}
