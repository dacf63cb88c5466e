import type { ForgeConnection } from '../connection.ts'
import type { Forge } from '../forge.ts'
import { createGitLabApi } from './api-client.ts'
import { checkGitLab } from './check-client.ts'
import { mergeRequests } from './merge-requests-client.ts'
import { notes } from './notes-client.ts'
import { people } from './people-client.ts'
import { LONGEST, statuses } from './statuses-client.ts'

interface GitLabDeps {
  /** Milliseconds for one answer of the host. Usually 10,000. */
  readonly deadline?: number
}

/** gitlab.com, or a GitLab of one's own, also below a path. */
export function createGitLabForge(connection: ForgeConnection, deps: GitLabDeps = {}): Forge {
  const api = createGitLabApi(connection, deps.deadline ?? 10_000)
  const { ownLogin, ...comments } = notes(api)
  const { credentials } = connection
  return {
    kind: 'gitlab',
    limits: { comment: 1_000_000, statusContext: LONGEST, statusDescription: LONGEST },
    ...mergeRequests(api),
    ...comments,
    ...statuses(api),
    ...people(api),
    gitLogin: async () =>
      credentials.type === 'token' ? { user: 'oauth2', password: credentials.token } : undefined,
    headRef: (number) => `refs/merge-requests/${number}/head`,
    check: ({ webhookUrl }) => checkGitLab(api, ownLogin, webhookUrl),
  }
}
