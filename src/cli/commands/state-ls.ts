import { type Call, exit } from '../call.ts'
import { sanitiseLine } from '../render/text.ts'
import { type EnvironmentFlags, withWorkspace } from '../workspace/place.ts'

/** Lists the resources of the current state. */
export async function run(call: Call<EnvironmentFlags>): Promise<number> {
  const { terminal, args } = call
  const [filter = ''] = args
  return withWorkspace(call, undefined, async ({ services, workspace }) => {
    const state = await services.state.masked(workspace.id)
    const resources = (state?.resources ?? []).filter((one) => one.address.includes(filter))
    terminal.emit({
      version: state?.version ?? null,
      resources: resources.map(({ address, mode, type, provider, id, tainted }) => ({
        address,
        mode,
        type,
        provider,
        id: id ?? null,
        tainted,
      })),
    })
    if (state?.hidden !== undefined) terminal.note(state.hidden)
    terminal.print(
      ...resources.map(
        (one) => sanitiseLine(one.address) + (one.tainted ? terminal.style.warn(' (tainted)') : ''),
      ),
    )
    if (resources.length === 0) {
      const what =
        filter === ''
          ? 'The state has no resources.'
          : `No address contains ${sanitiseLine(filter)}.`
      terminal.note(state === undefined ? 'No state is recorded yet.' : what)
    }
    return exit.done
  })
}
