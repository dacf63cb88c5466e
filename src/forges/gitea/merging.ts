import type { HostApproval, Mergeability } from '../forge.ts'
import { isOwnContext } from '../own-context.ts'
import type { Branch, MergeState, Review, Status } from './schema.ts'

/** What of a pull request alone keeps it from being merged; undefined when nothing does. */
export function standstill(pull: MergeState): Mergeability | undefined {
  if (pull.merged) return because('it is merged')
  if (pull.state === 'closed') return because('it is closed')
  if (pull.draft === true) return because('it is a draft')
  // The API has one word for both.
  if (!pull.mergeable) {
    return because(`it conflicts with ${pull.base.ref}, or the host is still finding out`)
  }
  return undefined
}

export interface Protected {
  readonly base: string
  readonly branch: Branch
  readonly statuses: readonly Status[]
  readonly reviews: readonly Review[]
}

/**
 * Portolan's own statuses are good only once all is applied, and all is applied only if it would merge:
 * so they do not count. Everything else does that can be seen.
 */
export function mergeabilityOf({ base, branch, statuses, reviews }: Protected): Mergeability {
  if (!branch.user_can_merge) return because(`the token's account may not merge into ${base}`)
  const approved = lastWords(reviews).filter(
    ({ state, official }) => official && state === APPROVED,
  )
  const missing = branch.required_approvals - approved.length
  if (missing > 0) return because(`${missing} approvals are missing`)
  const bad = branch.enable_status_check ? badContexts(branch, statuses) : []
  if (bad.length === 0) return { mergeable: true, because: undefined }
  return because(`${base} asks for checks that are not successful: ${bad.slice(0, 5).join(', ')}`)
}

/** Without any named, all statuses count. Names may hold `*`. */
function badContexts({ status_check_contexts: wanted }: Branch, statuses: readonly Status[]) {
  const others = statuses.filter(({ context }) => !isOwnContext(context))
  const isBad = ({ status }: Status) => status !== 'success'
  if (wanted.length === 0) return others.filter(isBad).map(({ context }) => context)
  return wanted
    .filter((context) => !isOwnContext(context))
    .filter((pattern) => {
      const found = others.filter(({ context }) => matches(context, pattern))
      const isMissing = found.length === 0 && !mayBeOwn(pattern)
      return isMissing || found.some(isBad)
    })
}

/** Whether a pattern may be meant for Portolan's own: what stands before its first `*` does not say otherwise. */
function mayBeOwn(pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  return rest.length > 0 && ('portolan/'.startsWith(first) || isOwnContext(first))
}

function matches(context: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return context === first
  if (!context.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = context.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return context.length - last.length >= at && context.endsWith(last)
}

const APPROVED = 'APPROVED'
const decisive = new Set([APPROVED, 'REQUEST_CHANGES'])

/** The last review of each that decides something and was not dismissed. The oldest comes first. */
function lastWords(reviews: readonly Review[]): Review[] {
  const last = new Map<string, Review>()
  for (const review of reviews) {
    if (review.user != null && decisive.has(review.state)) last.set(review.user.login, review)
  }
  return [...last.values()].filter(({ dismissed }) => !dismissed)
}

export function approvalsIn(reviews: readonly Review[]): HostApproval[] {
  return lastWords(reviews)
    .filter(({ state }) => state === APPROVED)
    .map(({ user, commit_id }) => ({ login: user?.login ?? '', commit: commit_id || undefined }))
}

function because(reason: string): Mergeability {
  return { mergeable: false, because: reason }
}
