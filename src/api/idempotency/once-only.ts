import { createHash } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { conflict, invalid } from '../../platform/errors.ts'
import type { Seal } from '../../secrets/index.ts'
import type { ContextOf } from '../context-of.ts'
import type { ApiEnv } from '../deps.ts'
import * as answers from './answer-store.ts'

/** What is kept of an answer; a token in it is nobody's to read in the database. */
interface Kept {
  readonly type: string
  readonly text: string
}

/**
 * Carries out a POST with an `Idempotency-Key` once: the same request again gets the answer that the
 * first one got, for a day. What was refused, or failed, may be tried again with its key: whatever was
 * in the way may be mended by then.
 * @throws AppError `invalid` for a bad key, `conflict` for another request with the key, or while the
 *   first one is at work
 */
export function onceOnly({ context }: ContextOf<'db'>, seal: Seal): MiddlewareHandler<ApiEnv> {
  const { db } = context
  return async (c, next) => {
    const key = c.req.header('idempotency-key')
    const principal = c.get('principal')
    if (key === undefined || c.req.method !== 'POST' || principal === undefined) return next()
    if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
      throw invalid('the Idempotency-Key must be 1 to 200 visible ASCII characters')
    }
    const request = {
      principal: nameOf(principal, c.req.header('authorization')),
      key,
      hash: await hashOf(c.req.raw.clone()),
    }
    const claim = await answers.begin(db, request)
    if (claim === undefined) return replay(await answers.find(db, request), request)
    await next()
    const { status } = c.res
    if (status >= 400) return answers.forget(db, claim)
    const kept: Kept = {
      type: c.res.headers.get('content-type') ?? '',
      text: await c.res.clone().text(),
    }
    const body = seal.seal(Buffer.from(JSON.stringify(kept))).toString('base64')
    await answers.keep(db, claim, { status, body })
  }

  function replay(
    kept: answers.KeptAnswer | undefined,
    { key, hash }: answers.RepeatableRequest,
  ): Response {
    if (kept !== undefined && !kept.hash.equals(hash)) {
      throw conflict(`another request was sent with the Idempotency-Key ${key} before`, {
        next: 'Use a new key for a new request.',
      })
    }
    if (kept?.status === undefined) {
      throw conflict('the same request is still at work', { next: 'Send it again in a moment.' })
    }
    const { type, text } = JSON.parse(
      seal.open(Buffer.from(kept.body, 'base64')).toString('utf8'),
    ) as Kept
    return new Response(text === '' ? null : text, {
      status: kept.status,
      headers: { ...(type === '' ? {} : { 'Content-Type': type }), 'Idempotency-Replayed': 'true' },
    })
  }
}

/** A token and a person of one name are two; and what one token may read is not for another. */
function nameOf(
  { via, name, personId }: ApiEnv['Variables']['principal'],
  authorization: string | undefined,
): string {
  const credential =
    authorization === undefined
      ? ''
      : `:${createHash('sha256').update(authorization).digest('base64url')}`
  return `${via}:${personId ?? name}${credential}`
}

async function hashOf(request: Request): Promise<Buffer> {
  const { pathname, search } = new URL(request.url)
  return createHash('sha256')
    .update(`${request.method} ${pathname}${search}\n`)
    .update(Buffer.from(await request.arrayBuffer()))
    .digest()
}
