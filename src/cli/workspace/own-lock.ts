import type { Context } from '../../app/context.ts'
import type { Workspace } from '../../projects/index.ts'

/** The id of the lock that this very person holds by hand: what he does himself may pass it. */
export async function ownLockId(
  context: Context,
  workspace: Workspace,
  actor: string,
): Promise<string | undefined> {
  const held = await context.state.heldLock(workspace.id)
  return held?.kind === 'person' && held.actor === actor ? held.id : undefined
}
