import type { Workspace } from '../../projects/index.ts'
import type { Services } from '../services/services.ts'

/** The id of the lock that this very person holds by hand: what he does himself may pass it. */
export async function ownLockId(
  { state }: Services,
  workspace: Workspace,
  actor: string,
): Promise<string | undefined> {
  const held = await state.heldLock(workspace.id)
  return held?.kind === 'person' && held.actor === actor ? held.id : undefined
}
