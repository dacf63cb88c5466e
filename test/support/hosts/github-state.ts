import type { KeyObject } from 'node:crypto'
import { type Book, type KeptPull, latest } from './book.ts'

/** All that a GitHub of one repository remembers. */
export interface GitHubState extends Book<Pull> {
  readonly url: string
  readonly apiUrl: string
  readonly owner: string
  readonly repo: string
  /** Of other Apps, by commit; a conclusion of null while it runs. */
  readonly checkRuns: Map<string, readonly { name: string; conclusion: string | null }[]>
  readonly users: Map<string, string>
  /** By `org/slug`: `active` or `pending` by login. */
  readonly teams: Map<string, Map<string, string>>
  /** Of rulesets, by branch: as GitHub describes them. */
  readonly rules: Map<string, readonly { readonly type: string; readonly parameters?: object }[]>
  readonly tokens: Map<string, TokenHolder>
  readonly app: AppState
  readonly hook: HookState
  /** What of a moment GitHub has not computed yet: the next answers say null. */
  undecided: number
}

export interface TokenHolder {
  readonly login: string
  readonly expires: number
  /** Undefined: everything that the account may. */
  readonly permissions: Readonly<Record<string, string>> | undefined
  /** Of a classic token. */
  readonly scopes: string | undefined
}

export interface AppState {
  readonly id: number
  readonly slug: string
  readonly publicKey: KeyObject
  installation: number
  /** What it was given at the installation. */
  permissions: Readonly<Record<string, string>>
  /** Seconds that its tokens live. */
  lifetime: number
}

export interface HookState {
  id: number
  active: boolean
  events: readonly string[]
  contentType: 'json' | 'form'
}

export interface Pull extends KeptPull {
  /** The base's tip when it was opened. */
  readonly baseCommit: string
  mergedAt: Date | undefined
  readonly reviews: Review[]
}

export interface Review {
  readonly id: number
  readonly author: string
  state: string
  readonly commit: string
  readonly at: Date
}

/** Each reviewer's last word that decides something. */
export function decisions(pull: Pull): ReadonlyMap<string, string> {
  const last = new Map<string, string>()
  for (const review of pull.reviews) {
    if (review.state !== 'COMMENTED') last.set(review.author, review.state)
  }
  return last
}

/** What GitHub thinks of all reviews; null when nobody asks for any. */
export function reviewDecision(state: GitHubState, pull: Pull): string | null {
  const wanted = state.protection.get(pull.base)?.approvals ?? 0
  const words = [...decisions(pull).values()]
  if (words.includes('CHANGES_REQUESTED')) return wanted > 0 ? 'CHANGES_REQUESTED' : null
  if (wanted === 0) return null
  return words.filter((word) => word === 'APPROVED').length >= wanted
    ? 'APPROVED'
    : 'REVIEW_REQUIRED'
}

/** Contexts that the base wants and that are not good. */
export function unmet(state: GitHubState, pull: Pull): readonly string[] {
  const good = [
    ...latest(state.statuses.get(pull.head)).filter((each) => each.state === 'success'),
    ...(state.checkRuns.get(pull.head) ?? [])
      .filter((each) => each.conclusion === 'SUCCESS')
      .map((each) => ({ context: each.name })),
  ]
  return required(state, pull.base).filter(
    (context) => !good.some((each) => isSame(each.context, context)),
  )
}

/** GitHub's contexts know no capitals. */
export function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

export function required(state: GitHubState, branch: string): readonly string[] {
  const ofRules = (state.rules.get(branch) ?? []).flatMap((rule) => {
    const parameters = rule.parameters as
      | { required_status_checks?: { context: string }[] }
      | undefined
    return (parameters?.required_status_checks ?? []).map((check) => check.context)
  })
  return [...(state.protection.get(branch)?.statuses ?? []), ...ofRules]
}

/** What GitHub answers about merging: with git's own word about conflicts. */
export async function mergeState(
  state: GitHubState,
  pull: Pull,
): Promise<{ mergeable: boolean | null; mergeable_state: string }> {
  if (pull.state === 'closed') return { mergeable: null, mergeable_state: 'unknown' }
  if (state.undecided > 0) {
    state.undecided -= 1
    return { mergeable: null, mergeable_state: 'unknown' }
  }
  const base = await state.git.commitOf(`refs/heads/${pull.base}`)
  const merged =
    base && (await state.git.merge({ base, head: pull.head, method: 'merge', message: 'Merge it' }))
  if (!merged) return { mergeable: false, mergeable_state: 'dirty' }
  await state.git.setRef(`refs/pull/${pull.number}/merge`, merged)
  return { mergeable: true, mergeable_state: stateWord(state, pull) }
}

function stateWord(state: GitHubState, pull: Pull): string {
  if (pull.isDraft) return 'draft'
  const reviews = reviewDecision(state, pull)
  const isReviewed = reviews === null || reviews === 'APPROVED'
  if (!isReviewed || unmet(state, pull).length > 0) return 'blocked'
  const isGood = latest(state.statuses.get(pull.head)).every((each) => each.state === 'success')
  return isGood ? 'clean' : 'unstable'
}
