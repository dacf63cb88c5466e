import { AppError, invalid } from '../../platform/errors.ts'
import type { ForgeConnection } from '../connection.ts'
import type { CommitStatus, Forge } from '../forge.ts'
import { cut } from '../shown-text.ts'
import { createGiteaApi, type GiteaApi } from './api-client.ts'
import { checkGitea } from './check-client.ts'
import { giteaComments, LONGEST_COMMENT } from './comment-client.ts'
import { giteaMerging } from './merge-client.ts'
import { Account, Anything, FoundTeams, Permission, PullRequest } from './schema.ts'

export interface GiteaDeps {
  /** Milliseconds for one answer; ten seconds when not given. */
  readonly deadline?: number
}

const limits = { comment: LONGEST_COMMENT, statusContext: 255, statusDescription: 255 }

/**
 * A repository on a Gitea or Forgejo server, as an account's token.
 * @throws AppError `invalid` for credentials that such a server does not have
 */
export function createGiteaForge(connection: ForgeConnection, deps: GiteaDeps = {}): Forge {
  const { credentials } = connection
  if (credentials.type !== 'token') {
    throw invalid(`${connection.host} knows no GitHub Apps`, { next: 'Give a token.' })
  }
  const { token } = credentials
  const api = createGiteaApi({ connection, token, deadline: deps.deadline ?? 10_000 })
  return {
    kind: 'gitea',
    limits,
    ...giteaPullRequests(api),
    ...giteaComments(api, ownLogin(api)),
    ...giteaMerging(api),
    ...giteaPeople(api),
    setStatus: (commit, status) => setStatus(api, commit, status),
    // With a token as the password any name is accepted.
    gitLogin: async () => ({ user: 'portolan', password: token }),
    headRef: (number) => `refs/pull/${number}/head`,
    check: (expected) => checkGitea({ api, connection, expected }),
  }
}

function giteaPullRequests(api: GiteaApi): Pick<Forge, 'pullRequest' | 'openPullRequests'> {
  const { at, repository } = api
  return {
    pullRequest: (number) =>
      api.ask(
        { action: `read ${repository}#${number}`, path: `${at}/pulls/${number}` },
        PullRequest,
      ),
    async openPullRequests() {
      // Newest first: one that is opened meanwhile comes twice, and none is left out for it.
      const listed = await api.pages(
        {
          action: `list the pull requests of ${repository}`,
          path: `${at}/pulls`,
          query: { state: 'open' },
        },
        PullRequest,
      )
      return [...new Map(listed.map((each) => [each.number, each])).values()]
    },
  }
}

function giteaPeople(api: GiteaApi): Pick<Forge, 'permissionOf' | 'isMember'> {
  const { at, repository } = api
  return {
    permissionOf: (login) =>
      orWhenUnknown('none' as const, () =>
        api.ask(
          {
            action: `read what ${login} may do at ${repository}`,
            path: `${at}/collaborators/${encodeURIComponent(login)}/permission`,
          },
          Permission,
        ),
      ),

    isMember(team, login) {
      const [owner = ''] = repository.split('/')
      const [org = '', name = ''] = team.includes('/') ? team.split('/', 2) : [owner, team]
      return orWhenUnknown(false, async () => {
        const { data } = await api.ask(
          {
            action: `find the team ${team}`,
            path: `/orgs/${encodeURIComponent(org)}/teams/search`,
            query: { q: name, limit: '50' },
          },
          FoundTeams,
        )
        const found = data.find((each) => each.name.toLowerCase() === name.toLowerCase())
        if (found === undefined) return false
        await api.ask(
          {
            action: `read whether ${login} is in ${team}`,
            path: `/teams/${found.id}/members/${encodeURIComponent(login)}`,
          },
          Account,
        )
        return true
      })
    },
  }
}

/** Somebody whom the host does not know may nothing. */
async function orWhenUnknown<T>(otherwise: T, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return otherwise
    throw error
  }
}

async function setStatus(api: GiteaApi, commit: string, status: CommitStatus): Promise<void> {
  await api.ask(
    {
      action: `set the status of ${commit}`,
      method: 'POST',
      path: `${api.at}/statuses/${commit}`,
      body: {
        state: status.state,
        context: cut(status.context, limits.statusContext),
        description: cut(status.description, limits.statusDescription),
        target_url: status.url,
      },
    },
    Anything,
  )
}

/** Asks once; after a failure again. */
function ownLogin(api: GiteaApi): () => Promise<string> {
  let known: Promise<string> | undefined
  return () => {
    known ??= api
      .ask({ action: 'read whose token it is', path: '/user' }, Account)
      .then(({ login }) => login)
      .catch((error: unknown) => {
        known = undefined
        throw error
      })
    return known
  }
}
