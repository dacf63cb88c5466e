import { type Call, exit } from '../call.ts'
import { requireCount, requireReason } from '../typed.ts'
import { ownLockId } from '../workspace/own-lock.ts'
import { type EnvironmentFlags, withWorkspace } from '../workspace/place.ts'

interface Flags extends EnvironmentFlags {
  readonly reason?: string
}

/** Makes the content of an old version current again, as a new version. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, args, flags } = call
  const to = requireCount(args[0] ?? '', 'a version')
  terminal.note(
    terminal.style.dim(
      'Rolling the configuration back (git revert, portolan apply) is usually better: this changes only what is recorded.',
    ),
  )
  const reason = requireReason(flags.reason, 'a rollback')
  return withWorkspace(call, undefined, async ({ services, workspace, location }) => {
    const lockId = await ownLockId(services, workspace, location.actor)
    const version = await services.state.rollback(workspace.id, {
      to,
      actor: location.actor,
      reason,
      ...(lockId === undefined ? {} : { lockId }),
    })
    terminal.emit({
      event: 'rolled_back',
      version: version.number,
      from: to,
      serial: version.serial,
    })
    terminal.print(
      `The content of version ${to} is current again, as version ${version.number} (serial ${version.serial}).`,
      `${terminal.style.accent('→')} portolan plan   shows how reality differs from it`,
    )
    return exit.done
  })
}
