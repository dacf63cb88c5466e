import { KnownCommits, ReceivedBundle } from '../../api/projects/schema.ts'
import { invalid } from '../../platform/errors.ts'
import { ancestorsOf, ignoredMatching, packCommit } from '../../platform/git/commit-pack.ts'
import type { GitPlace } from '../../platform/git/git.ts'
import { commitWorkingTree } from '../../platform/git/working-tree-commit.ts'
import type { Location } from '../../projects/index.ts'
import { type ServerConnection, segment } from './server-connection.ts'

/** A working tree as a server knows it. */
export interface SentCommit {
  readonly ref: string
  readonly branch: string | undefined
  readonly dirty: boolean
  /** Files that Terraform would load here and that stay here, as git ignores them. */
  readonly left: readonly string[]
}

export interface Sending {
  readonly project: string
  readonly location: Pick<Location, 'repositoryRoot' | 'commit' | 'branch' | 'dirty' | 'actor'>
  readonly env: Readonly<Record<string, string>>
}

/**
 * Makes what is in the working tree known to a server, uncommitted changes too.
 * @throws AppError `invalid` outside a git repository
 */
export async function sendCommit(
  server: ServerConnection,
  { project, location, env }: Sending,
): Promise<SentCommit> {
  const { repositoryRoot: root, commit: head, branch, actor } = location
  const place = { root, env }
  const isEmpty = head === undefined
  if (isEmpty && !(await isRepository(place))) {
    throw invalid(`${root} is no git repository: a server plans commits`, {
      next: 'git init   and commit what is there; or without a server: unset PORTOLAN_URL',
    })
  }
  const ref =
    isEmpty || location.dirty ? await commitWorkingTree(place, { head, actor }) : (head ?? '')
  await makeKnown(server, place, { project, ref })
  const left = await ignoredMatching(place, [
    ':(glob)**/terraform.tfvars',
    ':(glob)**/terraform.tfvars.json',
    ':(glob)**/*.auto.tfvars',
    ':(glob)**/*.auto.tfvars.json',
  ])
  return { ref, branch, dirty: ref !== head, left: left.filter((file) => !isInside(file)) }
}

/** Of what Terraform keeps for itself. */
function isInside(file: string): boolean {
  return file.split('/').includes('.terraform')
}

async function isRepository(place: GitPlace): Promise<boolean> {
  const { askGit } = await import('../../platform/git/git.ts')
  return (await askGit(place, ['rev-parse', '--git-dir'])).exitCode === 0
}

async function makeKnown(
  server: ServerConnection,
  place: GitPlace,
  { project, ref }: { readonly project: string; readonly ref: string },
): Promise<void> {
  const path = `/projects/${segment(project)}`
  const body = { commits: await ancestorsOf(place, ref) }
  const { commits } = await server.send('POST', `${path}/commits/known`, KnownCommits, { body })
  if (commits.includes(ref)) return
  const bundle = await packCommit(place, ref, commits)
  await server.send('POST', `${path}/bundles`, ReceivedBundle, { body: bundle })
}
