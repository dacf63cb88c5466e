import { z } from 'zod'
import { Project } from '../../api/projects/schema.ts'
import { PullRequestItem, PullRequestView } from '../../api/pull-requests/schema.ts'
import type { Location } from '../../projects/index.ts'
import type { Call } from '../call.ts'
import { demandServer } from './demand-server.ts'
import { createKnownWorkspaces } from './known-workspaces.ts'
import { remoteProjects } from './remote-projects.ts'
import { type ServerConnection, segment } from './server-connection.ts'

export type ShownPullRequest = z.output<typeof PullRequestItem>
export type WholePullRequest = z.output<typeof PullRequestView>

/** The pull requests of one project of a server. */
export interface RemotePullRequests {
  readonly server: ServerConnection
  readonly project: string
  /** Where people look at it. */
  urlOf(number: number): string
  list(filter: {
    readonly status: ShownPullRequest['status'] | undefined
    readonly limit: number
  }): Promise<readonly ShownPullRequest[]>
  get(number: number): Promise<WholePullRequest>
  open(proposal: Readonly<Record<string, unknown>>): Promise<WholePullRequest>
  edit(number: number, edit: Readonly<Record<string, unknown>>): Promise<WholePullRequest>
  comment(number: number, body: string): Promise<WholePullRequest>
  plan(number: number): Promise<WholePullRequest>
  merge(number: number, merge: Readonly<Record<string, unknown>>): Promise<WholePullRequest>
  /** Where the project is fetched from, and the branch that was chosen for it. */
  source(): Promise<Pick<z.output<typeof Project>, 'source' | 'branch'>>
}

const Page = z.object({ items: z.array(PullRequestItem) })

/**
 * The pull requests of the repository around a call: only a server has any.
 * @throws AppError `invalid` without a server, `not_found` when it has no project of this repository
 */
export async function remotePullRequests(
  call: Pick<Call, 'config'>,
  location: Location,
): Promise<RemotePullRequests> {
  const server = await demandServer(call)
  const projects = remoteProjects(server, createKnownWorkspaces(), location)
  const project = await projects.demand(location)
  const at = `/projects/${segment(project)}/pull-requests`
  const one = (number: number) => `${at}/${number}`
  return {
    server,
    project,
    urlOf: (number) => `${server.url}${one(number)}`,
    list: async (filter) =>
      (await server.get('/pull-requests', Page, { ...filter, project })).items,
    get: (number) => server.get(one(number), PullRequestView),
    open: (body) => server.send('POST', at, PullRequestView, { body }),
    edit: (number, body) => server.send('PATCH', one(number), PullRequestView, { body }),
    comment: (number, body) =>
      server.send('POST', `${one(number)}/comments`, PullRequestView, { body: { body } }),
    plan: (number) => server.send('POST', `${one(number)}/plan`, PullRequestView),
    merge: (number, body) => server.send('POST', `${one(number)}/merge`, PullRequestView, { body }),
    source: () => server.get(`/projects/${segment(project)}`, Project),
  }
}
