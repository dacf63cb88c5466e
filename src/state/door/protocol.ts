import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import type { Principal } from '../../access/index.ts'
import { AppError, notFound, unauthenticated } from '../../platform/errors.ts'
import { secretOf } from '../../platform/http/credentials.ts'
import { within } from '../../platform/http/deadline.ts'
import { problem } from '../../platform/http/problem.ts'
import { reply } from '../../platform/http/reply.ts'
import { shownLockInfo } from '../locks/shown-lock.ts'
import { parseAddress } from './address.ts'
import { lock, unlock } from './lock-protocol.ts'
import { lockIn } from './lock-schema.ts'
import {
  demand,
  md5,
  type StateLimits,
  type StateProtocolDeps,
  shown,
  type Visit,
} from './visit-protocol.ts'
import { write } from './write-protocol.ts'

const defaults: StateLimits = { upload: 256 * 1024 * 1024, arrival: 30_000, answer: 30_000 }

/**
 * The `http` door: the protocol of Terraform's `http` backend (internal/backend/remote-state/http in
 * its sources) at `/state/PROJECT/COMPONENT@ENVIRONMENT`. It never redirects: of a redirected POST
 * Terraform makes a GET, reports success, and the state is gone.
 */
export function stateProtocol(deps: StateProtocolDeps) {
  const limits = { ...defaults, ...deps.limits }
  return new Hono<{ Bindings: HttpBindings }>().all('*', async (c) => {
    const request = c.env.incoming
    const answer = await enter(deps, limits, request)
      .then(serve)
      .catch((error) => problem(withoutLockId(error), deps.log))
    if (answer.status === 401) {
      answer.headers.set('WWW-Authenticate', 'Basic realm="Portolan", charset="UTF-8"')
    }
    // What is still on its way must not be read as the next request.
    if (!request.complete) answer.headers.set('Connection', 'close')
    return answer
  })
}

async function enter(
  deps: StateProtocolDeps,
  limits: StateLimits,
  request: IncomingMessage,
): Promise<Visit> {
  const principal = await within(limits.answer, authenticate(deps, request.headers.authorization))
  // As it was sent: nothing that decodes or mends a path may stand between.
  const target = request.url ?? ''
  const end = target.includes('?') ? target.indexOf('?') : target.length
  const address = parseAddress(target.slice(0, end))
  const workspace = await within(limits.answer, deps.workspaces.find(address))
  const query = new URLSearchParams(target.slice(end))
  return { deps, limits, request, principal, address, workspace, query }
}

async function authenticate(
  { tokens }: StateProtocolDeps,
  authorization: string | undefined,
): Promise<Principal> {
  const secret = secretOf(authorization)
  if (secret === undefined) {
    throw unauthenticated('this address needs an API token', {
      next: 'Set TF_HTTP_USERNAME to any name and TF_HTTP_PASSWORD to a token of `portolan token create`.',
    })
  }
  const principal = await tokens.authenticate(secret)
  if (principal !== undefined) return principal
  throw unauthenticated('the API token is not known, was revoked or has expired', {
    next: 'Make another with `portolan token create`.',
  })
}

function serve(visit: Visit): Promise<Response> | Response {
  switch (visit.request.method) {
    case 'GET':
    case 'HEAD':
      return within(visit.limits.answer, read(visit))
    case 'POST':
      return write(visit)
    case 'LOCK':
      return lock(visit)
    case 'UNLOCK':
      return unlock(visit)
    case 'DELETE':
      return notAllowed('a state is never deleted here: destroy its resources with Terraform')
    default:
      return notAllowed(
        'leave update_method, lock_method and unlock_method of the http backend at their defaults',
      )
  }
}

async function read(visit: Visit): Promise<Response> {
  const { deps, address, workspace, request } = visit
  demand(visit, 'state:read')
  const send = acceptsGzip(request) ? sendCompressed : sendPlain
  const answer = workspace && (await send(deps, workspace.id))
  if (answer !== undefined) return answer
  // To Terraform 404 means that there is nothing yet: it plans to create everything.
  throw notFound(`nothing was ever recorded for ${shown(address)}`)
}

function acceptsGzip(request: IncomingMessage): boolean {
  return /(^|,)\s*gzip\s*(;\s*q=(1|0\.\d*[1-9]\d*)[\d.]*\s*)?(,|$)/i.test(
    String(request.headers['accept-encoding'] ?? ''),
  )
}

/** No Content-MD5: Go undoes the encoding unasked, and gzip carries a checksum of its own. */
async function sendCompressed(
  { state }: StateProtocolDeps,
  workspaceId: string,
): Promise<Response | undefined> {
  const current = await state.currentCompressed(workspaceId)
  return current && reply(200, current.gzip, { ...stateHeaders, 'Content-Encoding': 'gzip' })
}

async function sendPlain(
  { state }: StateProtocolDeps,
  workspaceId: string,
): Promise<Response | undefined> {
  const current = await state.currentBytes(workspaceId)
  if (current === undefined) return undefined
  const { bytes } = current
  return reply(200, bytes, { ...stateHeaders, 'Content-MD5': md5(bytes) })
}

const stateHeaders = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  Vary: 'Accept-Encoding',
}

function notAllowed(detail: string): Response {
  return reply(405, JSON.stringify({ title: 'Method not allowed', status: 405, detail }), {
    'Content-Type': 'application/problem+json',
    Allow: 'GET, HEAD, POST, LOCK, UNLOCK',
  })
}

/** The real id of a lock permits writing: a refusal shows the readable one. */
function withoutLockId(error: unknown): unknown {
  if (!(error instanceof AppError) || !('lock' in error.details)) return error
  const holder = lockIn(error.details)
  return new AppError(error.code, error.message, {
    ...(error.next === undefined ? {} : { next: error.next }),
    details: { lock: holder && shownLockInfo(holder) },
  })
}
