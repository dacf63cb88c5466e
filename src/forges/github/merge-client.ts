import { AppError, forbidden, unavailable } from '../../platform/errors.ts'
import type { Forge, MergeRequest } from '../forge.ts'
import type { GitHubApi } from './api-client.ts'
import { approvalsIn, type Check, mergeabilityOf, waitsForPortolan, wordOf } from './merging.ts'
import { Branch, Merged, MergeState, Review, ReviewState, Rule } from './schema.ts'

const READ = 'Pull requests: read'

/** Reviews, whether a pull request would merge, and merging. */
export function githubMerging(
  api: GitHubApi,
  apiUrl: string,
): Pick<Forge, 'approvals' | 'mergeability' | 'merge'> {
  const { at } = api
  const nameOf = (number: number) => `${at.owner}/${at.repo}#${number}`

  const stateOf = (number: number) =>
    api.ask({ action: `read ${nameOf(number)}`, permission: READ }, MergeState, (octokit) =>
      octokit.rest.pulls.get({ ...at, pull_number: number }),
    )

  /** What an older Enterprise Server or a smaller plan does not have, asks for nothing. */
  const rulesOf = (branch: string) =>
    api
      .pages(
        { action: `read the rules of ${branch}`, permission: 'Metadata: read' },
        Rule,
        (octokit, page) => octokit.rest.repos.getBranchRules({ ...at, branch, ...page }),
      )
      .catch((error: unknown) => {
        const isMissing = error instanceof AppError && missing.has(error.code)
        if (isMissing) return []
        throw error
      })

  const protectionOf = (branch: string) =>
    api.ask(
      { action: `read the branch ${branch}`, permission: 'Contents: read' },
      Branch,
      (octokit) => octokit.rest.repos.getBranch({ ...at, branch }),
    )

  async function blockOf(number: number, base: string) {
    const [review, protection, rules] = await Promise.all([
      reviewStateOf(api, apiUrl, number),
      protectionOf(base),
      rulesOf(base),
    ])
    return { ...review, base, protection, rules }
  }

  /** Whether it may go better in a moment. */
  async function isPassing(error: AppError, number: number, now: MergeState): Promise<boolean> {
    if (/base branch was modified/i.test(error.message)) return true
    if (now.mergeable_state !== 'blocked') return false
    return waitsForPortolan(await blockOf(number, now.base.ref))
  }

  return {
    async approvals(number) {
      const reviews = await api.pages(
        { action: `read the reviews of ${nameOf(number)}`, permission: READ },
        Review,
        (octokit, page) => octokit.rest.pulls.listReviews({ ...at, pull_number: number, ...page }),
      )
      return approvalsIn(reviews)
    },

    async mergeability(number) {
      const state = await stateOf(number)
      return wordOf(state) ?? mergeabilityOf(await blockOf(number, state.base.ref))
    },

    async merge(number, { head, method }: MergeRequest) {
      try {
        const merged = await api.ask(
          { action: `merge ${nameOf(number)}`, permission: 'Contents: read and write' },
          Merged,
          (octokit) =>
            octokit.rest.pulls.merge({
              ...at,
              pull_number: number,
              sha: head,
              merge_method: method,
            }),
        )
        return merged.sha
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'conflict') throw error
        const now = await stateOf(number)
        if (now.head.sha !== head) throw error
        // It may have been merged by a call whose answer was lost.
        if (now.merged) return now.merge_commit_sha ?? undefined
        if (await isPassing(error, number, now)) throw unavailable(error.message, { cause: error })
        throw error
      }
    },
  }
}

const missing: ReadonlySet<string> = new Set(['not_found', 'forbidden'])

/** Pages of a hundred checks. */
const PAGES = 20

const question = `query ($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      reviewDecision
      reviewThreads(first: 100) { nodes { isResolved } }
      commits(last: 1) {
        nodes {
          commit {
            statusCheckRollup {
              contexts(first: 100, after: $after) {
                pageInfo { hasNextPage endCursor }
                nodes {
                  ... on StatusContext { context state isRequired(pullRequestNumber: $number) }
                  ... on CheckRun { name conclusion isRequired(pullRequestNumber: $number) }
                }
              }
            }
          }
        }
      }
    }
  }
}`

/** Only GraphQL tells what all the required reviews come to. */
async function reviewStateOf(api: GitHubApi, apiUrl: string, number: number) {
  const url = `${apiUrl.replace(/\/+$/, '').replace(/\/v3$/, '')}/graphql`
  const action = `find out why ${api.at.owner}/${api.at.repo}#${number} is blocked`
  const checks: Check[] = []
  let hasHiddenChecks = false
  let after: string | undefined
  for (let page = 0; ; page += 1) {
    const answer = await api.ask({ action, permission: READ }, ReviewState, (octokit) =>
      octokit.request({
        method: 'POST',
        url,
        query: question,
        variables: { ...api.at, number, ...(after === undefined ? {} : { after }) },
      }),
    )
    const pull = answer.data?.repository?.pullRequest
    if (pull == null) throw refusalIn(answer, action)
    const contexts = pull.commits.nodes[0]?.commit.statusCheckRollup?.contexts
    const nodes = contexts?.nodes.filter((node) => node !== null) ?? []
    checks.push(...nodes.map(checkOf))
    hasHiddenChecks ||= answer.errors.length > 0
    if (!contexts?.pageInfo.hasNextPage || page === PAGES) {
      const hasOpenThreads = pull.reviewThreads.nodes.some((thread) => !thread.isResolved)
      return { reviews: pull.reviewDecision, hasOpenThreads, checks, hasHiddenChecks }
    }
    after = contexts.pageInfo.endCursor ?? undefined
  }
}

/** GraphQL says no with a 200. */
function refusalIn({ errors }: ReviewState, action: string): AppError {
  if (errors.some((error) => error.type === 'RATE_LIMITED')) {
    return unavailable(`cannot ${action}: GitHub asks for fewer calls`, {
      details: { retryAfterSeconds: 60 },
    })
  }
  return forbidden(`cannot ${action}: GitHub does not show it`, {
    next: `Give the App or the token the permissions “${READ}” and “Contents: read”.`,
  })
}

interface CheckNode {
  readonly context?: string | undefined
  readonly state?: string | undefined
  readonly name?: string | undefined
  readonly conclusion?: string | null | undefined
  readonly isRequired: boolean
}

function checkOf(node: CheckNode): Check {
  const end = node.state ?? node.conclusion ?? 'PENDING'
  return {
    context: node.context ?? node.name ?? '',
    isGood: good.has(end),
    isPending: end === 'PENDING' || end === 'EXPECTED',
    isRequired: node.isRequired,
  }
}

const good: ReadonlySet<string> = new Set(['SUCCESS', 'NEUTRAL', 'SKIPPED'])
