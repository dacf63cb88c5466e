import { notFound } from '../../platform/errors.ts'
import { type Call, exit } from '../call.ts'
import { resourceLines } from '../render/state-view.ts'
import type { ShownState } from '../services/services.ts'
import { type EnvironmentFlags, withWorkspace } from '../workspace/place.ts'

/** Shows one resource of the current state, masked. */
export async function run(call: Call<EnvironmentFlags>): Promise<number> {
  const { terminal, args } = call
  const [address = ''] = args
  return withWorkspace(call, undefined, async ({ services, workspace }) => {
    const state = await services.state.masked(workspace.id)
    const found = (state?.resources ?? []).filter(
      (one) => one.address === address || one.address.startsWith(`${address}[`),
    )
    if (found.length === 0) throw noSuchResource(address, state)
    for (const [at, instance] of found.entries()) {
      const { hidden: _hidden, sensitivePaths: _paths, key: _key, ...shown } = instance
      terminal.emit(shown)
      terminal.print(...(at === 0 ? [] : ['']), ...resourceLines(instance, terminal.style))
    }
    return exit.done
  })
}

function noSuchResource(address: string, state: ShownState | undefined) {
  if (state === undefined) return notFound('no state is recorded yet', { next: 'portolan apply' })
  const close = state.resources.map((one) => one.address).filter((one) => one.includes(address))
  return notFound(state.hidden ?? `the state has no resource ${address}`, {
    next:
      close.length === 0
        ? '`portolan state ls` lists them.'
        : `Did you mean ${close.slice(0, 3).join(' or ')}?`,
  })
}
