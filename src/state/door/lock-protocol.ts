import { AppError, invalid, notFound } from '../../platform/errors.ts'
import { within } from '../../platform/http/deadline.ts'
import { reply } from '../../platform/http/reply.ts'
import { shownLockInfo } from '../locks/shown-lock.ts'
import type { Lock, LockInfo } from '../state-version.ts'
import { lockIn, parseLockInfo } from './lock-schema.ts'
import { actorOf, demand, receive, shown, type Visit } from './visit-protocol.ts'

const LONGEST_INFO = 64 * 1024

/** LOCK: 200 with the holder's own information, 423 with what others may see of another's. */
export async function lock(visit: Visit): Promise<Response> {
  demand(visit.principal, 'state:write')
  const info = parseLockInfo(await receive(visit, LONGEST_INFO))
  return within(visit.limits.answer, take(visit, info))
}

async function take({ deps, address, principal }: Visit, info: LockInfo): Promise<Response> {
  const { id } = await deps.workspaces.ensure(address)
  try {
    const request = { id: info.ID, kind: 'client', actor: principal.name, info } as const
    const taken = await deps.state.lock(id, request)
    return isOf(taken, info) ? answer(200, info) : held(taken)
  } catch (error) {
    const holder = error instanceof AppError ? lockIn(error.details) : undefined
    if (holder !== undefined) return held(holder)
    // 409 would tell the client that somebody holds the lock, and it would wait for nobody.
    if (error instanceof AppError && error.code === 'conflict') throw goneId(error)
    throw error
  }
}

/** The same id from somebody else is not the holder asking again: ids of runs are shown to everybody. */
function isOf(held: Lock, info: LockInfo): boolean {
  return held.kind === 'client' && held.info.Who === info.Who && held.info.Created === info.Created
}

function goneId(error: AppError): AppError {
  return invalid(error.message, {
    cause: error,
    next: 'Run the command again: each run takes a lock of its own.',
  })
}

/** UNLOCK: 200 and nothing else means that the lock is free of this holder. */
export async function unlock(visit: Visit): Promise<Response> {
  demand(visit.principal, 'state:write')
  const body = await receive(visit, LONGEST_INFO)
  // What `terraform force-unlock` sends, whatever id its user typed.
  if (body.length === 0) return within(visit.limits.answer, force(visit))
  return within(visit.limits.answer, release(visit, parseLockInfo(body)))
}

async function release(visit: Visit, info: LockInfo): Promise<Response> {
  const { deps, principal } = visit
  const workspace = await existing(visit)
  const held = await deps.state.heldLock(workspace.id)
  const isHolder = held?.kind === 'client' && held.id === info.ID
  // What `tofu force-unlock` sends: the id that its user was shown.
  if (held !== undefined && !isHolder && shownLockInfo(held).ID === info.ID) return force(visit)
  await deps.state.unlock(workspace.id, info.ID, actorOf(principal, info))
  return reply(200, '')
}

async function force(visit: Visit): Promise<Response> {
  demand(visit.principal, 'state:force-unlock')
  const workspace = await existing(visit)
  await visit.deps.state.forceUnlock(workspace.id, {
    actor: visit.principal.name,
    reason: 'force-unlock through the http door',
  })
  return reply(200, '')
}

async function existing({ deps, address }: Visit): Promise<{ readonly id: string }> {
  const workspace = await deps.workspaces.find(address)
  if (workspace !== undefined) return workspace
  throw notFound(`there is no workspace ${shown(address)}`)
}

// As Go's time.Time reads it.
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** Terraform shows nothing of the holder, or does not wait for it, when one member cannot be read. */
function held(lock: Lock): Response {
  const info = shownLockInfo(lock)
  const readable = TIME.test(info.Created) && !Number.isNaN(Date.parse(info.Created))
  return answer(423, readable ? info : { ...info, Created: lock.createdAt.toISOString() })
}

function answer(status: 200 | 423, info: LockInfo): Response {
  return reply(status, JSON.stringify(info), { 'Content-Type': 'application/json' })
}
