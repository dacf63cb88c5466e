import { type Call, exit } from '../call.ts'
import { versionJson, versionRow } from '../render/state-view.ts'
import { table } from '../render/table.ts'
import { requireCount } from '../typed.ts'
import { type EnvironmentFlags, withWorkspace } from '../workspace/place.ts'

interface Flags extends EnvironmentFlags {
  readonly limit?: string
}

/** Lists the state versions of a workspace. */
export async function run(call: Call<Flags>): Promise<number> {
  const { terminal, args, flags } = call
  const limit = flags.limit === undefined ? 20 : requireCount(flags.limit, '--limit')
  return withWorkspace(call, args[0], async ({ services, workspace }) => {
    const versions = await services.state.history(workspace.id, { limit: limit + 1 })
    const shown = versions.slice(0, limit)
    const now = new Date()
    terminal.emit({ versions: shown.map(versionJson) })
    terminal.print(
      ...table(
        shown.map((version) => versionRow(version, now, terminal.style)),
        { ...(terminal.width === undefined ? {} : { width: terminal.width }) },
      ),
    )
    if (shown.length === 0) terminal.note('No state is recorded yet.')
    if (versions.length > limit) terminal.note(`There are more: -n ${limit * 5}`)
    return exit.done
  })
}
