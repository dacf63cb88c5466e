import { z } from 'zod'
import { type AppError, conflict, forbidden, notFound, unavailable } from '../../platform/errors.ts'
import { shownText } from '../shown-text.ts'

/** An answer of GitHub's that is no success. */
export interface Refusal {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | number | undefined>>
  readonly data: unknown
}

/** What was asked for, in words: `github.com did not let … : permission`. */
export interface Asked {
  readonly host: string
  /** As after “cannot”: `write a comment on acme/infra#7`. */
  readonly action: string
  /** What the App or the token needs: `Pull requests: read and write`. */
  readonly permission: string
}

/** What a refusal means to who asked. Nothing of it comes from GitHub but its own short message. */
export function failureOf(refusal: Refusal, asked: Asked): AppError {
  const { status } = refusal
  const said = wordsOf(refusal.data)
  const wait = secondsToWait(refusal)
  if (wait !== undefined) {
    return unavailable(
      `${asked.host} asks for fewer calls: cannot ${asked.action} before ${wait} s`,
      {
        details: { retryAfterSeconds: wait },
      },
    )
  }
  if (status >= 300 && status < 400) {
    return notFound(`cannot ${asked.action}: ${asked.host} says that it is elsewhere now`, {
      next: 'Was the repository renamed or moved? Give its new name.',
    })
  }
  if (status === 401) {
    return forbidden(`cannot ${asked.action}: ${asked.host} does not accept the credentials`, {
      next: 'Give a token that is not expired or revoked; of an App: its id and a key of it, and see that the clock of this server is right.',
    })
  }
  if (status === 403) {
    return forbidden(`cannot ${asked.action}: ${asked.host} forbids it${said}`, {
      next: `Give the App or the token the permission “${asked.permission}”.`,
    })
  }
  if (status === 404 || status === 410) {
    return notFound(
      `cannot ${asked.action}: ${asked.host} knows nothing of it, or does not show it`,
      {
        next: `Does it exist, and has the App or the token the permission “${asked.permission}”?`,
      },
    )
  }
  if (status < 500 && status !== 408) {
    return conflict(`cannot ${asked.action}: ${asked.host} refuses${said}`)
  }
  const named = numberOf(refusal.headers['retry-after'])
  return unavailable(`cannot ${asked.action}: ${asked.host} is not well (${status})`, {
    details: named === undefined ? {} : { retryAfterSeconds: atLeastOne(named) },
  })
}

/**
 * Seconds that GitHub wants to be left alone; undefined when it was no rate limit. The primary one says
 * when it is over, the secondary one says it sometimes, and else a minute is asked for.
 */
function secondsToWait({ status, headers, data }: Refusal): number | undefined {
  if (status !== 403 && status !== 429) return undefined
  const named = numberOf(headers['retry-after'])
  if (named !== undefined) return atLeastOne(named)
  if (numberOf(headers['x-ratelimit-remaining']) === 0) {
    const reset = numberOf(headers['x-ratelimit-reset'])
    // By GitHub's clock: ours may differ.
    const now = Date.parse(String(headers['date'] ?? '')) || Date.now()
    return reset === undefined ? A_MINUTE : atLeastOne(reset - now / 1000)
  }
  return status === 429 || /rate limit|abuse detection/i.test(messageIn(data))
    ? A_MINUTE
    : undefined
}

const A_MINUTE = 60

const LONGEST = 2 * 60 * 60

function atLeastOne(seconds: number): number {
  return Math.min(Math.max(1, Math.ceil(seconds)), LONGEST)
}

function numberOf(value: string | number | undefined): number | undefined {
  const number = value === undefined || value === '' ? Number.NaN : Number(value)
  return Number.isFinite(number) && number >= 0 ? number : undefined
}

/** ` (“Resource not accessible by integration”)`: one line, and not more than a person reads. */
function wordsOf(data: unknown): string {
  const message = shownText(messageIn(data), 200)
  return message === '' ? '' : ` (“${message}”)`
}

function messageIn(data: unknown): string {
  const read = Said.safeParse(data)
  if (!read.success) return ''
  const { message, errors } = read.data
  const details = errors.map((error) => (typeof error === 'string' ? error : error.message))
  return [message, ...details].filter(Boolean).join(': ')
}

const Said = z.object({
  message: z.string(),
  errors: z
    .array(z.union([z.string(), z.object({ message: z.string().optional() })]))
    .catch([])
    .default([]),
})
