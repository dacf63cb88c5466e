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
  /** Which commit says what must hold before an apply; the project's head when undefined. */
  readonly guards?: string | undefined
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
  { projectId, commit, branch, dirty, actor, guards: base }: CommitRequest,
): Promise<CommittedPlatform> {
  if (commit === undefined) {
    throw conflict('a server works on commits only, and this change comes from none', {
      next: 'Make a new change of a commit.',
    })
  }
  const project = await context.projects.project(projectId)
  const head = base ?? project.headCommit
  const isHead = head === undefined || head === commit
  const guards = isHead ? undefined : (await openAt(context, project, head)).manifest
  const { root, manifest } = await openAt(context, project, commit)
  return { manifest, guards, location: locationAt(project, { root, commit, branch, dirty, actor }) }
}

/** The checkout of a project's commit, and its manifest. */
export async function openAt(
  context: Pick<Context, 'config' | 'dataDirectory'>,
  project: { readonly id: string },
  commit: string,
): Promise<{ readonly root: string; readonly manifest: Manifest }> {
  const root = await openCommit(mirrorPlaces(context), project.id, commit)
  const options = { cacheDirectory: context.dataDirectory, env: context.config.environment }
  return { root, manifest: await loadManifest(root, options) }
}

/** A checkout of a project's commit as if it were somebody's working tree. */
export function locationAt(
  { name, repository }: { readonly name: string; readonly repository: string },
  {
    root,
    ...at
  }: Pick<Location, 'commit' | 'branch' | 'dirty' | 'actor'> & { readonly root: string },
): Location {
  return {
    ...at,
    repositoryRoot: root,
    repositoryId: repository,
    origin: repository,
    project: name,
    // The server's name of it counts, whatever a manifest in some branch says.
    projectChosen: false,
    component: 'root',
    environment: 'default',
    directory: root,
  }
}

/** Where this server keeps repositories. */
export function mirrorPlaces({ config, dataDirectory }: Pick<Context, 'config' | 'dataDirectory'>) {
  return { dataDirectory, env: config.environment }
}
