import { AppError } from '../../platform/errors.ts'
import type { ForgeConnection } from '../connection.ts'
import type { CommitStatus, Forge } from '../forge.ts'
import { cut } from '../shown-text.ts'
import { createGitHubApi, type GitHubApi } from './api-client.ts'
import { createGitHubApp, type GitHubApp } from './app-client.ts'
import { checkGitHub } from './check-client.ts'
import { githubComments, LONGEST_COMMENT } from './comment-client.ts'
import { githubMerging } from './merge-client.ts'
import { Account, AppItself, CommentId, Membership, Permission, PullRequest } from './schema.ts'

export interface GitHubDeps {
  /** Milliseconds for one answer; ten seconds when not given. */
  readonly deadline?: number
}

const limits = { comment: LONGEST_COMMENT, statusContext: 255, statusDescription: 140 }

/** A repository on github.com or on an Enterprise Server, as a token or as a GitHub App. */
export function createGitHubForge(connection: ForgeConnection, deps: GitHubDeps = {}): Forge {
  const options = { connection, deadline: deps.deadline ?? 10_000 }
  const { credentials } = connection
  const app = credentials.type === 'app' ? createGitHubApp(options, credentials) : undefined
  const token = async () => (credentials.type === 'token' ? credentials.token : '')
  const signing = app?.signing ?? { token, forget: () => false }
  const api = createGitHubApi(options, signing)
  return {
    kind: 'github',
    limits,
    ...githubPullRequests(api),
    ...githubComments(api, kept(ownLogin(api, app))),
    ...githubMerging(api, connection.apiUrl),
    ...githubPeople(api),
    setStatus: (commit, status) => setStatus(api, commit, status),
    gitLogin: async () => ({ user: 'x-access-token', password: await signing.token() }),
    headRef: (number) => `refs/pull/${number}/head`,
    check: (expected) => checkGitHub({ api, app, connection, expected }),
  }
}

function githubPullRequests(api: GitHubApi): Pick<Forge, 'pullRequest' | 'openPullRequests'> {
  const { at } = api
  const permission = 'Pull requests: read'
  return {
    pullRequest: (number) =>
      api.ask(
        { action: `read ${at.owner}/${at.repo}#${number}`, permission },
        PullRequest,
        (octokit) => octokit.rest.pulls.get({ ...at, pull_number: number }),
      ),
    async openPullRequests() {
      const listed = await api.pages(
        { action: `list the pull requests of ${at.owner}/${at.repo}`, permission },
        PullRequest,
        (octokit, page) =>
          // Newest first: one that is opened meanwhile comes twice, and none is left out for it.
          octokit.rest.pulls.list({
            ...at,
            ...page,
            state: 'open',
            sort: 'created',
            direction: 'desc',
          }),
      )
      return [...new Map(listed.map((each) => [each.number, each])).values()]
    },
  }
}

function githubPeople(api: GitHubApi): Pick<Forge, 'permissionOf' | 'isMember'> {
  const { at } = api
  return {
    permissionOf: (login) =>
      orWhenUnknown('none' as const, () =>
        api.ask(
          {
            action: `read what ${login} may do at ${at.owner}/${at.repo}`,
            permission: 'Metadata: read',
          },
          Permission,
          (octokit) =>
            octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username: login }),
        ),
      ),

    isMember(team, login) {
      const [org, slug] = team.includes('/') ? team.split('/', 2) : [at.owner, team]
      return orWhenUnknown(false, async () => {
        const membership = await api.ask(
          {
            action: `read whether ${login} is in ${team}`,
            permission: 'Members: read, of the organization',
          },
          Membership,
          (octokit) =>
            octokit.rest.teams.getMembershipForUserInOrg({
              org: org ?? '',
              team_slug: slug ?? '',
              username: login,
            }),
        )
        // Who was only invited is none yet.
        return membership.state === 'active'
      })
    },
  }
}

/** Somebody whom GitHub does not know may nothing. */
async function orWhenUnknown<T>(otherwise: T, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return otherwise
    throw error
  }
}

async function setStatus(api: GitHubApi, commit: string, status: CommitStatus): Promise<void> {
  await api.ask(
    { action: `set the status of ${commit}`, permission: 'Commit statuses: read and write' },
    CommentId,
    (octokit) =>
      octokit.rest.repos.createCommitStatus({
        ...api.at,
        sha: commit,
        state: status.state,
        context: cut(status.context, limits.statusContext),
        description: cut(status.description, limits.statusDescription),
        target_url: status.url,
      }),
  )
}

function ownLogin(api: GitHubApi, app: GitHubApp | undefined): () => Promise<string> {
  if (app === undefined) {
    return async () => {
      const account = await api.ask(
        { action: 'read whose token it is', permission: 'Metadata: read' },
        Account,
        (octokit) => octokit.rest.users.getAuthenticated(),
      )
      return account.login
    }
  }
  return async () => {
    const itself = await app.api.ask(
      { action: 'read which App it is', permission: 'Metadata: read' },
      AppItself,
      (octokit) => octokit.rest.apps.getAuthenticated(),
    )
    return `${itself.slug}[bot]`
  }
}

/** Asks once; after a failure again. */
function kept<T>(ask: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined
  return () => {
    known ??= ask().catch((error: unknown) => {
      known = undefined
      throw error
    })
    return known
  }
}
