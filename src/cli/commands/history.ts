import { type Call, exit } from '../call.ts'
import { findManifest } from '../change/change-place.ts'
import { hasManifest } from '../platform/platform-place.ts'
import { historyRow, runJson } from '../render/run-view.ts'
import { table } from '../render/table.ts'
import { requireCount } from '../typed.ts'
import { type EnvironmentFlags, withWorkspace } from '../workspace/place.ts'

interface Flags extends EnvironmentFlags {
  readonly limit?: string
}

/** Lists the changes of a platform, or the runs of a workspace. */
export async function run(call: Call<Flags>): Promise<number> {
  const { args, flags } = call
  const limit = flags.limit === undefined ? 20 : requireCount(flags.limit, '--limit')
  const namesNone =
    args.length === 0 && flags.component === undefined && flags.environment === undefined
  const isPlatform = async () => hasManifest(call) || (await findManifest(call)) !== undefined
  if (namesNone && (await isPlatform())) {
    const { listChanges } = await import('../change/list-changes.ts')
    return listChanges(call, limit)
  }
  return listRuns(call, limit)
}

async function listRuns(call: Call<Flags>, limit: number): Promise<number> {
  const { terminal, args } = call
  return withWorkspace(call, args[0], async ({ services, workspace }) => {
    await services.work.endDeadRuns()
    const runs = await services.runs.list(workspace.id, { limit: limit + 1 })
    const shown = runs.slice(0, limit)
    const now = new Date()
    terminal.emit({ runs: shown.map(runJson) })
    terminal.print(
      ...table(
        shown.map((one) => historyRow(one, now, terminal.style)),
        { ...(terminal.width === undefined ? {} : { width: terminal.width }) },
      ),
    )
    if (shown.length === 0) terminal.note('There are no runs yet.')
    if (runs.length > limit) terminal.note(`There are more: -n ${limit * 5}`)
    return exit.done
  })
}
