import { type Book, type KeptPull, latest } from './book.ts'

/** What a Gitea server of one repository knows. */
export interface GiteaState extends Book<Pull> {
  readonly url: string
  readonly owner: string
  readonly repo: string
  readonly token: string
  readonly botLogin: string
  readonly users: Map<string, string>
  readonly teams: Map<string, Set<string>>
  readonly hook: { active: boolean; events: string[] }
  archived: boolean
  /** `MAX_RESPONSE_ITEMS` of its `app.ini`. */
  mostPerPage: number
}

export interface Pull extends KeptPull {
  /** It was pushed to `refs/for/main`. */
  readonly isAgit: boolean
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
