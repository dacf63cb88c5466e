import { randomBytes } from 'node:crypto'
import { refuseWithoutConfiguration } from '../../app/runs/refusals.ts'
import { workspaceName } from '../../projects/index.ts'
import { type Call, exit } from '../call.ts'
import { type EnvironmentFlags, type WorkspacePlace, withNewWorkspace } from '../workspace/place.ts'

interface Flags extends EnvironmentFlags {
  readonly reason?: string
}

/** Locks a workspace for a person. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, args, flags } = call
  const work = async ({ services, workspace, location }: WorkspacePlace) => {
    const id = `lock-${randomBytes(4).toString('hex')}`
    const name = workspaceName(workspace)
    const lock = await services.state.lock(workspace.id, {
      id,
      kind: 'person',
      actor: location.actor,
      info: {
        ID: id,
        Operation: '',
        Info: flags.reason ?? '',
        Who: location.actor,
        Version: '',
        Created: new Date().toISOString(),
        Path: workspaceName(workspace, 'full'),
      },
    })
    terminal.emit({ event: 'locked', workspace: name, id: lock.id, fence: lock.fence })
    terminal.print(
      `${name} is locked (${lock.id}): nobody applies until you unlock it.`,
      `${terminal.style.accent('→')} portolan unlock`,
    )
    return exit.done
  }
  return withNewWorkspace(call, args[0], work, (place) =>
    refuseWithoutConfiguration(place.location.directory),
  )
}
