import { AppError, type ErrorCode, messageOf } from '../../platform/errors.ts'
import type { HeldEffect } from './effect.ts'

/** What follows from a failure to tell a host something. */
export interface Failure {
  readonly because: string
  /** Undefined: it is given up. */
  readonly againInSeconds: number | undefined
  /** The host said that it was asked too much: for as long nothing of the project is told. */
  readonly pauseSeconds: number | undefined
}

const LONGEST_SECONDS = 5 * 60

/** Refusals that say the same however often the host is asked. */
const lasting: ReadonlySet<ErrorCode> = new Set([
  'invalid',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
])

/** `random`: from 0 to 1, so that not all posters try again at the same moment. */
export function failureOf(
  error: unknown,
  { attempts, isOld }: Pick<HeldEffect, 'attempts' | 'isOld'>,
  random: number,
): Failure {
  const because =
    error instanceof AppError ? error.message : `a fault in Portolan: ${messageOf(error)}`
  const isLasting = error instanceof AppError && lasting.has(error.code)
  if (isLasting || isOld) return { because, againInSeconds: undefined, pauseSeconds: undefined }
  const pauseSeconds = pauseOf(error)
  const backOff = Math.min(2 ** (attempts + 1), LONGEST_SECONDS) * (0.5 + random / 2)
  return { because, againInSeconds: Math.max(backOff, pauseSeconds ?? 0), pauseSeconds }
}

function pauseOf(error: unknown): number | undefined {
  const said = error instanceof AppError ? error.details['retryAfterSeconds'] : undefined
  return typeof said === 'number' && said > 0 && Number.isFinite(said) ? said : undefined
}
