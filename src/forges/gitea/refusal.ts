import { z } from 'zod'
import { type AppError, conflict, forbidden, notFound, unavailable } from '../../platform/errors.ts'
import { shownText } from '../shown-text.ts'

export interface Refusal {
  readonly status: number
  readonly headers: Pick<Headers, 'get'>
  readonly data: unknown
}

export interface Asked {
  readonly host: string
  readonly action: string
}

/** What a refusal means to who asked. Nothing of it comes from the host but its own short message. */
export function refusalOf({ status, headers, data }: Refusal, { host, action }: Asked): AppError {
  const said = wordsOf(data)
  // Gitea itself counts no calls; what stands before it does.
  const wait = secondsOf(headers.get('retry-after'))
  if (status === 429 || (status === 503 && wait !== undefined)) {
    const seconds = wait ?? A_MINUTE
    return unavailable(`${host} asks for fewer calls: cannot ${action} before ${seconds} s`, {
      details: { retryAfterSeconds: seconds },
    })
  }
  if (status < 400) {
    return notFound(`cannot ${action}: ${host} says that it is elsewhere now`, {
      next: 'Was the repository renamed or moved? Give its new name.',
    })
  }
  if (status === 401) {
    return forbidden(`cannot ${action}: ${host} does not accept the token`, {
      next: 'Make one that is not expired or revoked.',
    })
  }
  if (status === 403) {
    return forbidden(`cannot ${action}: ${host} forbids it${said}`, {
      next: "Make the token's account an administrator of the repository, and give the token the scopes that docs/gitea.md names.",
    })
  }
  if (status === 404 || status === 410) {
    return notFound(`cannot ${action}: ${host} knows nothing of it, or does not show it`, {
      next: "Does it exist, and has the token's account access to it?",
    })
  }
  if (status < 500 && status !== 408) {
    return conflict(`cannot ${action}: ${host} refuses${said}`)
  }
  return unavailable(`cannot ${action}: ${host} is not well (${status})`)
}

const A_MINUTE = 60

const LONGEST = 2 * 60 * 60

function secondsOf(value: string | null): number | undefined {
  const seconds = value === null || value === '' ? Number.NaN : Number(value)
  return Number.isFinite(seconds) && seconds >= 0
    ? Math.min(Math.max(1, Math.ceil(seconds)), LONGEST)
    : undefined
}

const Said = z.object({ message: z.string() })

function wordsOf(data: unknown): string {
  const read = Said.safeParse(data)
  const message = read.success ? shownText(read.data.message, 200) : ''
  return message === '' ? '' : ` (“${message}”)`
}
