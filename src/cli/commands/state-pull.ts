import { notFound } from '../../platform/errors.ts'
import { workspaceName } from '../../projects/index.ts'
import { type Call, exit } from '../call.ts'
import { requireCount } from '../typed.ts'
import { type EnvironmentFlags, withWorkspace } from '../workspace/place.ts'

/** Writes the exact bytes of a state to standard output; that is recorded. */
export async function run(call: Call<EnvironmentFlags>): Promise<number> {
  const { terminal, args } = call
  const number = args[0] === undefined ? undefined : requireCount(args[0], 'a version')
  return withWorkspace(call, undefined, async ({ services, workspace, location }) => {
    const { state } = services
    const version =
      number === undefined
        ? await state.current(workspace.id)
        : await state.version(workspace.id, number)
    if (version === undefined) {
      throw notFound(`no state is recorded of ${workspaceName(workspace)} yet`, {
        next: 'portolan apply',
      })
    }
    await terminal.raw(await state.readRaw(version, location.actor))
    return exit.done
  })
}
