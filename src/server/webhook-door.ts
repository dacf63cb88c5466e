import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { Hono, type Context as HonoContext } from 'hono'
import type { Logger } from 'pino'
import type { Context } from '../app/context.ts'
import { type HostKind, kindOfHeaders } from '../forges/index.ts'
import { notFound, unavailable } from '../platform/errors.ts'
import { type BodyLimits, readBody } from '../platform/http/body.ts'
import { within } from '../platform/http/deadline.ts'
import { problem } from '../platform/http/problem.ts'
import { reply } from '../platform/http/reply.ts'

export interface WebhookDoorDeps {
  readonly context: Pick<Context, 'deliveries'>
  readonly log: Logger
}

/** Hosts send at most so much, or less (GitHub 25 MiB, of which nothing here needs more than this). */
const limits: BodyLimits = { size: 5 * 1024 * 1024, deadline: 10_000 }

/** Anybody may send something: of bodies larger than this only so many are held in memory at once. */
const LARGE = 256 * 1024
const MOST_LARGE = 16

/** Milliseconds: hosts wait for ten seconds. */
const ANSWER = 8000

type Bindings = { Bindings: HttpBindings }

/**
 * Where hosts send their webhooks to. Who sends proves it by a signature over the bytes: there is no
 * session, and what is answered says nothing of what is here. An answer of 200 means: it is recorded.
 */
export function webhookDoor({ context, log }: WebhookDoorDeps): Hono<Bindings> {
  const deps = { context, log, large: new Set<IncomingMessage>() }
  return (
    new Hono<Bindings>()
      .post('/webhooks/github', (c) => take(deps, c, 'github'))
      .post('/webhooks/gitlab', (c) => take(deps, c, 'gitlab'))
      .post('/webhooks/gitea', (c) => take(deps, c, 'gitea'))
      // Atlantis's address: who comes from there only changes the name of the server.
      .post('/events', (c) => take(deps, c, undefined))
  )
}

interface Door extends WebhookDoorDeps {
  /** What is being read that is large, or might be. */
  readonly large: Set<IncomingMessage>
}

async function take(
  deps: Door,
  c: HonoContext<Bindings>,
  kind: HostKind | undefined,
): Promise<Response> {
  const { incoming } = c.env
  const answer = await receive(deps, c, kind).catch((error: unknown) => problem(error, deps.log))
  // What is still on its way must not be read as the next request.
  if (!incoming.complete) answer.headers.set('Connection', 'close')
  return answer
}

async function receive(
  { context, large }: Door,
  c: HonoContext<Bindings>,
  asked: HostKind | undefined,
): Promise<Response> {
  const headers = Object.fromEntries(c.req.raw.headers)
  const kind = kindOfHeaders(headers)
  // Before anything is read of what anybody may send.
  if (kind === undefined || (asked !== undefined && asked !== kind)) {
    throw notFound('this is no webhook of this kind of host', {
      next: 'Compare the address of the webhook with what `portolan project webhook-secret` shows.',
    })
  }
  const body = await readSome(c.env.incoming, large)
  const received = await within(ANSWER, context.deliveries.receive(kind, { headers, body }))
  const result = received.kind === 'known' ? 'it was taken before' : received.result
  return reply(200, JSON.stringify({ result }), { 'Content-Type': 'application/json' })
}

/** @throws AppError as `readBody`, `unavailable` when too much is being read already */
async function readSome(
  request: IncomingMessage,
  large: Set<IncomingMessage>,
): Promise<Uint8Array> {
  const isSmall = Number(request.headers['content-length'] ?? LARGE + 1) <= LARGE
  if (isSmall) return readBody(request, limits)
  if (large.size >= MOST_LARGE) {
    throw unavailable('too many large webhooks arrive at once', {
      next: 'Send it again in a moment. What it says is found without it, too.',
    })
  }
  large.add(request)
  try {
    return await readBody(request, limits)
  } finally {
    large.delete(request)
  }
}
