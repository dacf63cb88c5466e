import { useState } from 'react'
import { AppError } from '../../../src/platform/errors.ts'

/** Sends a wish with the key that tells the server that it is the same one again. */
export type SendRepeatable = <Answer>(
  wish: unknown,
  send: (options: { readonly headers: Readonly<Record<string, string>> }) => Promise<Answer>,
) => Promise<Answer>

/**
 * What is sent again after a break is not carried out twice. Another wish, and the same one once the server
 * has answered, has a new key: what was done is wished a second time then.
 */
export function repeatable(): SendRepeatable {
  let open: { readonly wish: string; readonly key: string; readonly isBroken: boolean } | undefined
  return async (wish, send) => {
    const text = JSON.stringify(wish)
    const sent = open?.wish === text ? open : { wish: text, key: newKey(), isBroken: false }
    open = sent
    try {
      const answer = await send({ headers: { 'Idempotency-Key': sent.key } })
      open = undefined
      return answer
    } catch (error) {
      open = keptAfter(error, sent.isBroken) ? { ...sent, isBroken: true } : undefined
      throw error
    }
  }
}

/** As `repeatable`, for as long as the component is there. */
export function useRepeatable(): SendRepeatable {
  const [send] = useState(repeatable)
  return send
}

/** After a break a conflict may say that the first request is still at work. */
function keptAfter(error: unknown, isBroken: boolean): boolean {
  if (!(error instanceof AppError) || error.code === 'unavailable') return true
  return isBroken && error.code === 'conflict'
}

/** `randomUUID` is there on https only. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
