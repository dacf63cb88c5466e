/** Why something was refused. Every edge (HTTP, exit code) maps each of them, checked by the compiler. */
export type ErrorCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'locked'
  | 'too_large'
  | 'too_many'
  | 'unavailable'

export interface ErrorOptions {
  /** What the person can do now, as a sentence or a command. */
  readonly next?: string
  /** Machine-readable facts, for `--json` and problem+json. Never holds secrets. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/**
 * A refusal that a person reads: what happened, to which thing, what to do next.
 * Anything else that is thrown is a bug.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly next: string | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.next = options.next
    this.details = options.details ?? {}
  }
}

function refusal(code: ErrorCode) {
  return (message: string, options?: ErrorOptions) => new AppError(code, message, options)
}

export const invalid = refusal('invalid')
export const unauthenticated = refusal('unauthenticated')
export const forbidden = refusal('forbidden')
export const notFound = refusal('not_found')
export const conflict = refusal('conflict')
export const locked = refusal('locked')
export const tooLarge = refusal('too_large')
export const tooMany = refusal('too_many')
export const unavailable = refusal('unavailable')

/** The message of anything that was thrown, for a sentence that wraps it. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The `code` of a Node or PostgreSQL error (`ENOENT`, `53100`), if it has one. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}
