import { AppError, invalid, notFound } from '../../platform/errors.ts'
import { within } from '../../platform/http/deadline.ts'
import { reply } from '../../platform/http/reply.ts'
import { shownLockInfo } from '../locks/shown-lock.ts'
import type { Lock, LockInfo } from '../state-version.ts'
import { lockIn, parseLockInfo } from './lock-schema.ts'
import { actorOf, demand, ensured, receive, shown, type Visit } from './visit-protocol.ts'

const LONGEST_INFO = 64 * 1024

/** LOCK: 200 with the holder's own information, 423 with what others may see of another's. */
export async function lock(visit: Visit): Promise<Response> {
  demand(visit, 'state:write')
  const info = parseLockInfo(await receive(visit, LONGEST_INFO))
  return within(visit.limits.answer, take(visit, info))
}

async function take(visit: Visit, info: LockInfo): Promise<Response> {
  const { deps, principal } = visit
  const { id } = await ensured(visit)
  try {
    const request = { id: info.ID, kind: 'client', actor: principal.name, info } as const
    const taken = await deps.state.lock(id, request)
    return isOf(taken, info) ? answer(200, info) : held(taken)
  } catch (error) {
    const holder = holderIn(error)
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
  demand(visit, 'state:write')
  const body = await receive(visit, LONGEST_INFO)
  // What `terraform force-unlock` sends, whatever id its user typed.
  if (body.length === 0) return within(visit.limits.answer, force(visit, undefined))
  return within(visit.limits.answer, release(visit, parseLockInfo(body)))
}

async function release(visit: Visit, info: LockInfo): Promise<Response> {
  const { deps, principal } = visit
  const { id } = existing(visit)
  try {
    // The id of a run's or a person's lock is shown to everybody: it does not prove who holds it.
    await deps.state.unlock(id, info.ID, actorOf(principal, info), 'client')
    return reply(200, '')
  } catch (error) {
    const holder = holderIn(error)
    // What `tofu force-unlock` sends: the id that its user was shown.
    if (holder !== undefined && shownLockInfo(holder).ID === info.ID) return force(visit, holder)
    throw error
  }
}

/** Takes a lock away: the one that is meant, or whichever is held. */
async function force(visit: Visit, meant: Lock | undefined): Promise<Response> {
  demand(visit, 'state:force-unlock')
  const { id } = existing(visit)
  await visit.deps.state.forceUnlock(id, {
    actor: visit.principal.name,
    reason: 'force-unlock through the http door',
    ...(meant === undefined ? {} : { lockId: meant.id }),
  })
  return reply(200, '')
}

function holderIn(error: unknown): Lock | undefined {
  return error instanceof AppError ? lockIn(error.details) : undefined
}

function existing({ workspace, address }: Visit): { readonly id: string } {
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
