import type { TeamServer } from '../../src/server/team-server.ts'
import type { GitHubHost } from '../../test/support/hosts/github.ts'
import { untilQuiet } from './hosted-team.ts'

export const COUNT = 50

/** 50 components, each with a root module of its own. */
export function fiftyComponents(): Readonly<Record<string, string>> {
  const lines = ['version: 1', 'environments: { dev: {} }', 'components:']
  for (let at = 0; at < COUNT; at += 1) lines.push(`  c${at}: { terraform: ${directoryOf(at)} }`)
  return { ...fiftyModules(0), 'portolan.yaml': [...lines, ''].join('\n') }
}

/** Their files, which are other ones in each round. */
export function fiftyModules(round: number): Readonly<Record<string, string>> {
  const resources = Array.from(
    { length: 10 },
    (_, at) => `resource "terraform_data" "r${at}" {\n  input = "${round} ${at}"\n}\n`,
  )
  return Object.fromEntries(
    Array.from({ length: COUNT }, (_, at) => [`${directoryOf(at)}/main.tf`, resources.join('')]),
  )
}

export function directoryOf(component: number): string {
  return `infra/c${component}`
}

/** A pull request that was opened, and when its host was told for the last time how it stands. */
export interface Proposed {
  readonly number: number
  /** Milliseconds from its webhook to the last comment. */
  readonly took: number
}

/**
 * Opens a pull request of a branch, and waits until all of it is planned and told.
 * @throws when something of it is not planned
 */
export async function propose(
  { server, host }: { readonly server: TeamServer; readonly host: GitHubHost },
  branch: string,
): Promise<Proposed> {
  const start = Date.now()
  const { number } = await host.openPullRequest({ branch, author: 'ada', title: branch })
  await host.deliveries.settled()
  await untilQuiet(server)
  const planned = host
    .statusesOf(host.pullRequest(number).head)
    .filter(({ context, description }) => context !== 'portolan' && description.includes('10'))
  if (new Set(planned.map(({ context }) => context)).size !== COUNT) {
    throw new Error(`not all of #${number} was planned: ${host.commentsOf(number)[0]?.body}`)
  }
  const told = [...host.state.comments.values()].filter((comment) => comment.number === number)
  const last = Math.max(...told.map(({ updatedAt }) => updatedAt.getTime()))
  return { number, took: last - start }
}
