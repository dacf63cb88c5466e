import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Principal } from '../principal.ts'

/** Whoever comes with the cookie of a session. */
export interface SignedIn {
  readonly sessionId: string
  readonly principal: Principal
  /** What a page of ours, and no other, can send along. */
  readonly csrf: string
}

/** A session that just began: the cookie's value is nowhere else. */
export interface OpenedSession extends SignedIn {
  readonly cookie: string
  readonly expiresAt: Date
}

/** Hours without a request after which a session is over. */
export const IDLE_HOURS = 12
/** Days after which it is over in any case. */
export const LONGEST_DAYS = 7

/** Made of the cookie's secret, which a page of somebody else cannot read. */
export function csrfOf(cookie: string): string {
  return createHmac('sha256', cookie).update('portolan csrf').digest('base64url')
}

/** Compared in constant time. */
export function isCsrf(signedIn: Pick<SignedIn, 'csrf'>, sent: string | undefined): boolean {
  const expected = Buffer.from(signedIn.csrf)
  const given = Buffer.from(sent ?? '')
  return expected.length === given.length && timingSafeEqual(expected, given)
}
