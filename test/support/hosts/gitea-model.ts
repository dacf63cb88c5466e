import type { BareRepository } from './bare-repository.ts'
import type { FakeProtection, FakeReaction, FakeStatus } from './host.ts'

/** What a Gitea server of one repository knows. */
export interface GiteaState {
  readonly url: string
  readonly owner: string
  readonly repo: string
  readonly git: BareRepository
  readonly token: string
  readonly botLogin: string
  readonly pulls: Map<number, Pull>
  readonly comments: Map<string, Comment>
  readonly reactions: Map<string, FakeReaction[]>
  readonly statuses: Map<string, FakeStatus[]>
  readonly users: Map<string, string>
  readonly teams: Map<string, Set<string>>
  readonly protection: Map<string, FakeProtection>
  readonly hook: { active: boolean; events: string[] }
  archived: boolean
  /** `MAX_RESPONSE_ITEMS` of its `app.ini`. */
  mostPerPage: number
  now: () => Date
}

export interface Pull {
  readonly number: number
  title: string
  readonly body: string
  readonly author: string
  readonly branch: string
  readonly fork: string | undefined
  forkIsGone: boolean
  /** It was pushed to `refs/for/main`. */
  readonly isAgit: boolean
  base: string
  head: string
  isDraft: boolean
  labels: string[]
  state: 'open' | 'closed'
  mergeCommit: string | undefined
  readonly createdAt: Date
  updatedAt: Date
  readonly reviews: Review[]
}

export interface Review {
  readonly id: number
  readonly author: string
  readonly state: 'APPROVED' | 'REQUEST_CHANGES' | 'COMMENT'
  readonly commit: string
  dismissed: boolean
  readonly at: Date
}

export interface Comment {
  readonly id: string
  readonly number: number
  readonly author: string
  body: string
  readonly createdAt: Date
  updatedAt: Date
}

/** Newest of each context. */
export function latest(statuses: readonly FakeStatus[] = []): FakeStatus[] {
  return [...new Map(statuses.map((each) => [each.context, each])).values()]
}

/** Why Gitea would not merge it, in its words; undefined: it would. */
export async function refusal(state: GiteaState, pull: Pull): Promise<string | undefined> {
  if (pull.mergeCommit !== undefined) return 'The PR is already merged'
  if (pull.isDraft) return 'Work in progress PRs cannot be merged'
  if ((await trial(state, pull)) === undefined) return 'Please try again later'
  const { statuses = [], approvals = 0 } = state.protection.get(pull.base) ?? {}
  const set = latest(state.statuses.get(pull.head))
  const isGood = (context: string) =>
    set.some((each) => each.context === context && each.state === 'success')
  if (!statuses.every(isGood)) return 'Not all required status checks successful'
  const last = new Map(pull.reviews.map((review) => [review.author, review]))
  const good = [...last.values()].filter((each) => each.state === 'APPROVED' && !each.dismissed)
  return good.length < approvals ? 'Does not have enough approvals' : undefined
}

export async function trial(
  { git }: GiteaState,
  pull: Pull,
  method: 'merge' | 'squash' | 'rebase' = 'merge',
): Promise<string | undefined> {
  const base = await git.commitOf(`refs/heads/${pull.base}`)
  const message = `${pull.title} (#${pull.number})`
  return base === undefined ? undefined : git.merge({ base, head: pull.head, method, message })
}
