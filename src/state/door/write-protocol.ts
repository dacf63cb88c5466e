import { type AppError, conflict, invalid, locked } from '../../platform/errors.ts'
import { within } from '../../platform/http/deadline.ts'
import { reply } from '../../platform/http/reply.ts'
import type { Lock, RejectionCode } from '../state-version.ts'
import type { Authority, WriteResult } from '../upload.ts'
import { causeOf } from './cause.ts'
import { actorOf, demand, ensured, receive, shown, type Visit } from './visit-protocol.ts'

/**
 * POST: records a state. 200 also for one whose first answer was lost.
 * @throws AppError `locked`, `conflict` or `invalid` for one that was rejected and quarantined
 */
export async function write(visit: Visit): Promise<Response> {
  demand(visit, 'state:write')
  const ids = visit.query.getAll('ID').filter((id) => id !== '')
  if (ids.length > 1) throw invalid('the address names more than one lock')
  const bytes = await receive(visit, visit.limits.upload)
  // A body that was lost is no state: quarantine would only freeze the workspace.
  if (bytes.length === 0) throw invalid('the upload is empty', { next: 'Send a state.' })
  const result = await within(visit.limits.answer, record(visit, bytes, ids[0]))
  if (result.kind === 'rejected') throw rejection(visit, result)
  return reply(200, '')
}

async function record(
  visit: Visit,
  bytes: Buffer,
  lockId: string | undefined,
): Promise<WriteResult> {
  const { deps, principal } = visit
  const { id } = await ensured(visit)
  const held = await deps.state.heldLock(id)
  const own = held?.kind === 'client' && held.id === lockId ? held : undefined
  return deps.state.write(id, {
    bytes,
    actor: actorOf(principal, own?.info),
    cause: causeOf(own?.info.Operation),
    authority: authorityOf(lockId, held),
  })
}

/** The id of a run's or a person's lock is shown to everybody: it does not prove who holds it. */
function authorityOf(lockId: string | undefined, held: Lock | undefined): Authority {
  if (lockId === undefined) return { kind: 'none' }
  if (held?.id === lockId && held.kind !== 'client') return { kind: 'none' }
  return { kind: 'lock', lockId }
}

const refusals = {
  lineage: conflict,
  serial: conflict,
  empty: conflict,
  shrink: conflict,
  lock: locked,
  fence: locked,
  malformed: invalid,
} as const satisfies Record<RejectionCode, typeof conflict>

/** Terraform shows its user the status alone: the reason is in the log, the upload in quarantine. */
function rejection(
  { deps, address }: Visit,
  { code, reason, quarantined }: Extract<WriteResult, { kind: 'rejected' }>,
): AppError {
  deps.log.warn(
    {
      workspace: shown(address),
      actor: quarantined.actor,
      code,
      reason,
      quarantined: quarantined.id,
      atRisk: quarantined.atRisk,
    },
    'a state was rejected',
  )
  return refusals[code](reason, {
    next: 'The upload is kept: see `portolan state rescue`.',
    details: { rejection: code, quarantined: quarantined.id },
  })
}
