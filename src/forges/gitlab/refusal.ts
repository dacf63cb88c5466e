import { type AppError, conflict, forbidden, notFound, unavailable } from '../../platform/errors.ts'
import { shownText } from '../shown-text.ts'

/** GitLab answered, and did not do it. */
export class GitLabRefusal extends Error {
  readonly status: number
  /** GitLab's own words: one line, harmless; undefined when it gave none. */
  readonly words: string | undefined
  /** In seconds; undefined when GitLab did not say. */
  readonly retryAfter: number | undefined

  constructor(answer: {
    readonly status: number
    readonly body: string
    readonly headers: Headers
    readonly now: Date
  }) {
    super(`GitLab answered ${answer.status}`)
    this.name = 'GitLabRefusal'
    this.status = answer.status
    this.words = wordsOf(answer.body)
    this.retryAfter = retryAfterOf(answer.headers, answer.now)
  }
}

/** What was asked for, for the sentence about why it was refused. */
export interface Doing {
  /** `set a commit status`: after "to". */
  readonly to: string
  /** What it is done with: `merge request !3`. */
  readonly what: string
  /** The least role in the project that GitLab wants for it. */
  readonly role: 'Reporter' | 'Developer' | 'Maintainer'
}

/** A refusal of GitLab as one of ours. */
export function refused(refusal: GitLabRefusal, host: string, doing: Doing): AppError {
  const { status, words, retryAfter } = refusal
  const said = words === undefined ? '' : ` It said: ${words}`
  const details = { status, ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }) }
  if (status === 401) return unknownToken(host, doing)
  if (status === 403) return missing(refusal, host, doing)
  if (status === 404) {
    return notFound(`${host} knows no ${doing.what}`, {
      next: 'GitLab answers the same when the token may not see it: look at the repository’s name and at the token’s project.',
      details: { ...details, ...(words !== undefined && { words }) },
    })
  }
  if (status === 429) {
    return unavailable(`${host} asks to be left alone for a while: too many requests`, { details })
  }
  if (status >= 500 || status === 408) {
    return unavailable(`${host} failed to ${doing.to} (${status})`, { details })
  }
  return conflict(`${host} refuses to ${doing.to} (${status}).${said}`, {
    details: { ...details, ...(words !== undefined && { words }) },
  })
}

function unknownToken(host: string, doing: Doing): AppError {
  return forbidden(`${host} does not accept the token, so there was no way to ${doing.to}`, {
    next: 'It may have expired or been revoked: make a new project or group access token with the scope `api`.',
    details: { status: 401 },
  })
}

function missing({ words }: GitLabRefusal, host: string, doing: Doing): AppError {
  const details = { status: 403, ...(words !== undefined && { words }) }
  if (words?.includes('insufficient_scope') || words?.includes('higher privileges')) {
    return forbidden(
      `the token for ${host} lacks the scope \`api\`, which it takes to ${doing.to}`,
      {
        next: 'Make a project or group access token with the scope `api`.',
        details,
      },
    )
  }
  return forbidden(`the token for ${host} may not ${doing.to}: its role is too low`, {
    next: `Give it the role ${doing.role} or higher in the project; its scope must be \`api\`.`,
    details,
  })
}

const LONGEST = 300

/** What GitLab says in a refusal, without what a page or a hostile text could do in a sentence. */
function wordsOf(body: string): string | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return undefined
  }
  return shownText(flat(parsed), LONGEST) || undefined
}

/** `{"message":{"note":["is too long"]}}` and its kin in one line. */
function flat(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null || depth > 3) return ''
  if (Array.isArray(value)) return value.map((one) => flat(one, depth + 1)).join(', ')
  const known = depth === 0 ? ['message', 'error', 'error_description'] : Object.keys(value)
  return Object.entries(value)
    .filter(([key]) => known.includes(key))
    .map(([key, one]) => (depth === 0 ? flat(one, 1) : `${key} ${flat(one, depth + 1)}`))
    .filter((text) => text !== '')
    .join(': ')
}

/** A clock that is wrong does not silence a project for days. */
const LONGEST_WAIT = 2 * 60 * 60

/** GitLab says it in seconds, or as the second of the epoch when the count begins anew. */
function retryAfterOf(headers: Headers, now: Date): number | undefined {
  const after = headers.get('retry-after')
  if (after !== null && /^\d{1,6}$/.test(after)) return Math.min(Number(after), LONGEST_WAIT)
  const reset = headers.get('ratelimit-reset')
  if (reset === null || !/^\d{1,12}$/.test(reset)) return undefined
  // Of answers that were no refusal for the rate, the moment means nothing.
  if (headers.get('ratelimit-remaining') !== '0') return undefined
  const seconds = Math.ceil(Number(reset) - now.getTime() / 1000)
  return Math.min(Math.max(1, seconds), LONGEST_WAIT)
}
