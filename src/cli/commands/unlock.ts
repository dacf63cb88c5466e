import { conflict } from '../../platform/errors.ts'
import { workspaceName } from '../../projects/index.ts'
import type { Lock } from '../../state/index.ts'
import { type Call, exit } from '../call.ts'
import { requireReason } from '../typed.ts'
import { type EnvironmentFlags, withWorkspace } from '../workspace/place.ts'

interface Flags extends EnvironmentFlags {
  readonly reason?: string
  readonly force?: boolean
}

/** Releases a lock: one's own, or with `--force` and a reason that of another. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, args, flags } = call
  // Ids have no @, workspaces do.
  const [first] = args
  const reference = first?.includes('@') === true ? first : undefined
  const id = reference === undefined ? first : undefined
  const reason = flags.force === true ? requireReason(flags.reason, '--force') : undefined
  return withWorkspace(call, reference, async ({ services, workspace, location }) => {
    const { state } = services
    const name = workspaceName(workspace)
    const held = await state.heldLock(workspace.id)
    if (held === undefined) {
      terminal.emit({ event: 'unlocked', workspace: name, id: null })
      terminal.print(`${name} is not locked.`)
      return exit.done
    }
    if (id !== undefined && id !== held.id) {
      throw conflict(`${name} is not held by ${id} but by ${held.id}`, { details: { id: held.id } })
    }
    if (reason !== undefined) {
      await state.forceUnlock(workspace.id, { actor: location.actor, reason, lockId: held.id })
    } else {
      refuseForeign(held, { name, actor: location.actor })
      await state.unlock(workspace.id, held.id, location.actor)
    }
    terminal.emit({ event: 'unlocked', workspace: name, id: held.id, forced: reason !== undefined })
    terminal.print(`${name} is unlocked.`)
    return exit.done
  })
}

function refuseForeign(held: Lock, { name, actor }: { name: string; actor: string }): void {
  if (held.kind === 'person' && held.actor === actor) return
  if (held.kind === 'run') {
    throw conflict(`${name} is locked by ${held.id}`, {
      next: 'It is released when that run ends. A run whose end nobody saw: portolan state rescue',
    })
  }
  throw conflict(`${name} is locked by ${held.actor} (${held.id})`, {
    next: 'Ask there first. If that holder is certainly gone: --force --reason "…".',
  })
}
