import type { HostApproval, Mergeability } from '../forge.ts'
import { isOwnContext } from '../own-context.ts'
import type { MergeState, Review, Rule } from './schema.ts'

/** What is so of a pull request that GitHub blocks without saying why. */
export interface Block {
  readonly base: string
  /** `APPROVED`, `REVIEW_REQUIRED`, `CHANGES_REQUESTED`; null where none is asked for. */
  readonly reviews: string | null
  readonly hasOpenThreads: boolean
  /** Contexts that branch protection wants. */
  readonly protection: readonly string[]
  readonly rules: readonly Rule[]
  readonly checks: readonly Check[]
  /** There are checks that the credentials do not permit to read. */
  readonly hasHiddenChecks: boolean
}

export interface Check {
  readonly context: string
  readonly isGood: boolean
  /** Its end is still to come. */
  readonly isPending: boolean
  readonly isRequired: boolean
}

/** What GitHub's own word is worth; undefined when it only says that something blocks. */
export function wordOf(pull: MergeState): Mergeability | undefined {
  if (pull.merged) return because('it is merged')
  if (pull.state === 'closed') return because('it is closed')
  if (pull.draft === true) return because('it is a draft')
  if (pull.mergeable == null || pull.mergeable_state === 'unknown') {
    return { mergeable: undefined, because: undefined }
  }
  if (!pull.mergeable) return because(`it conflicts with ${pull.base.ref}`)
  switch (pull.mergeable_state) {
    case 'clean':
    case 'has_hooks':
    case 'unstable':
      return { mergeable: true, because: undefined }
    case 'behind':
      return because(`it must be brought up to date with ${pull.base.ref} first`)
    case 'blocked':
      return undefined
    default:
      return because(`GitHub calls it “${pull.mergeable_state.slice(0, 40)}”`)
  }
}

/**
 * Portolan's own statuses are good only once all is applied, and all is applied only if it would merge:
 * so they do not count. Everything else does that can be seen.
 */
export function mergeabilityOf(block: Block): Mergeability {
  const { base, reviews } = block
  if (reviews === 'REVIEW_REQUIRED') return because('a review is missing')
  if (reviews === 'CHANGES_REQUESTED') return because('a reviewer asked for changes')
  if (block.hasOpenThreads && asksForResolution(block.rules)) {
    return because('a conversation is not resolved')
  }
  const missing = missingOf(block)
  const others = missing.filter((context) => !isOwnContext(context))
  if (others.length > 0) {
    const names = others.slice(0, 5).join(', ')
    return because(
      block.hasHiddenChecks
        ? `${base} asks for checks that GitHub does not show: ${names}. The App needs the permission “Checks: read”; a fine-grained token cannot have it`
        : `${base} asks for checks that are not successful: ${names}`,
    )
  }
  if (missing.length > 0) return { mergeable: true, because: undefined }
  return because(`another rule of ${base} blocks it: its page on GitHub says which`)
}

/** Whether nothing is missing but what Portolan has yet to tell, or told a moment ago. */
export function waitsForPortolan(block: Block): boolean {
  const missing = missingOf(block)
  return (
    missing.length > 0 &&
    mergeabilityOf(block).mergeable === true &&
    missing.every((context) => {
      const known = block.checks.find((check) => isSame(check.context, context))
      return known === undefined ? isSame(context, 'portolan') : known.isPending
    })
  )
}

function missingOf({ protection, rules, checks }: Block): readonly string[] {
  const wanted = [
    ...protection,
    ...rules.flatMap((rule) => rule.parameters?.required_status_checks ?? []).map(contextOf),
    ...checks.filter((check) => check.isRequired).map(contextOf),
  ]
  return [...new Set(wanted)].filter((context) => {
    const known = checks.filter((check) => isSame(check.context, context))
    return known.length === 0 || known.some((check) => !check.isGood)
  })
}

/** To GitHub, contexts in other letters are the same. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function contextOf({ context }: { readonly context: string }): string {
  return context
}

function asksForResolution(rules: readonly Rule[]): boolean {
  return rules.some((rule) => rule.parameters?.required_review_thread_resolution === true)
}

function because(reason: string): Mergeability {
  return { mergeable: false, because: reason }
}

/** Who approved, as the last word of each that decides something. The oldest review comes first. */
export function approvalsIn(reviews: readonly Review[]): readonly HostApproval[] {
  const last = new Map<string, Review>()
  for (const review of reviews) {
    if (review.user == null || !decisive.has(review.state)) continue
    last.set(review.user.login, review)
  }
  return [...last]
    .filter(([, review]) => review.state === 'APPROVED')
    .map(([login, review]) => ({ login, commit: review.commit_id ?? undefined }))
}

const decisive = new Set(['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'])
