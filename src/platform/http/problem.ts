import type { Logger } from 'pino'
import { isOutage } from '../db/outage.ts'
import { AppError, codeOf, type ErrorCode, unavailable } from '../errors.ts'
import { newId } from '../ids.ts'
import { reply } from './reply.ts'

/** A refusal's status; the state door answers some of them in its own way. */
const statuses = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  locked: 423,
  too_large: 413,
  too_many: 429,
  unavailable: 503,
} as const satisfies Record<ErrorCode, number>

const titles = {
  invalid: 'Bad request',
  unauthenticated: 'Authentication is needed',
  forbidden: 'Not permitted',
  not_found: 'Not found',
  conflict: 'Conflict',
  locked: 'Locked',
  too_large: 'Too large',
  too_many: 'Too many requests',
  unavailable: 'Not available at the moment',
} as const satisfies Record<ErrorCode, string>

/** Seconds: Terraform waits this long before each of its two retries (it would wait 1 and 2). */
const RETRY_AFTER = '5'

/**
 * A refusal as RFC 9457 problem+json. Anything that is not a refusal is a bug: it is logged whole and
 * shown as "internal error" with an id to find it by.
 */
export function problem(error: unknown, log: Logger): Response {
  const refusal = error instanceof AppError ? error : databaseTrouble(error)
  if (refusal === undefined) return internalError(error, log)
  if (refusal.cause !== undefined) log.warn({ err: refusal.cause }, refusal.message)
  const status = statuses[refusal.code]
  return json(
    status,
    {
      title: titles[refusal.code],
      status,
      code: refusal.code,
      detail: refusal.message,
      ...(refusal.next === undefined ? {} : { next: refusal.next }),
      ...(Object.keys(refusal.details).length === 0 ? {} : { details: refusal.details }),
    },
    headersFor(refusal),
  )
}

function headersFor({ code, details }: AppError): Record<string, string> {
  if (code === 'unauthenticated') {
    // With Basic a browser would ask for a name and a password in a window of its own.
    return { 'WWW-Authenticate': 'Bearer realm="Portolan"' }
  }
  if (code === 'too_many') return { 'Retry-After': String(details['retryAfter'] ?? RETRY_AFTER) }
  if (code === 'unavailable') return { 'Retry-After': RETRY_AFTER }
  return {}
}

function internalError(error: unknown, log: Logger): Response {
  const id = newId()
  log.error({ err: error, errorId: id }, 'internal error')
  return json(500, {
    title: 'Internal error',
    status: 500,
    detail: `internal error ${id}`,
    errorId: id,
  })
}

function json(status: number, body: object, headers: Record<string, string> = {}): Response {
  return reply(status, JSON.stringify(body), {
    'Content-Type': 'application/problem+json',
    ...headers,
  })
}

// PostgreSQL: no room, no memory.
const INSUFFICIENT_RESOURCES = /^53\w{3}$/

function databaseTrouble(error: unknown): AppError | undefined {
  if (!isOutage(error) && !INSUFFICIENT_RESOURCES.test(codeOf(error) ?? '')) return undefined
  return unavailable('the database cannot be used at the moment', {
    cause: error,
    next: 'Try again in a moment; nothing was lost.',
  })
}
