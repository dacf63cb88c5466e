import type { Logger } from 'pino'
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
    headersFor(refusal.code),
  )
}

function headersFor(code: ErrorCode): Record<string, string> {
  if (code === 'unauthenticated') {
    return { 'WWW-Authenticate': 'Basic realm="Portolan", charset="UTF-8"' }
  }
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

// PostgreSQL: connection exceptions, insufficient resources, shutting down, crash, starting up.
const databaseIsAway = /^(08\d\w{2}|53\w{3}|57P0[1235])$/
const networkIsAway = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** What `pg` throws when there is no database to talk to. */
function databaseTrouble(error: unknown): AppError | undefined {
  const code = codeOf(error)
  const away =
    (code !== undefined && (databaseIsAway.test(code) || networkIsAway.has(code))) ||
    (code === 'ENOENT' &&
      error instanceof Error &&
      'syscall' in error &&
      error.syscall === 'connect') ||
    (error instanceof Error &&
      /^(Connection terminated|timeout exceeded when trying to connect)/.test(error.message))
  if (!away) return undefined
  return unavailable('the database cannot be reached', {
    cause: error,
    next: 'Try again in a moment; nothing was lost.',
  })
}
