import { type Call, exit } from '../call.ts'
import { changeJson } from '../render/change-json.ts'
import { changeRow } from '../render/change-row.ts'
import { table } from '../render/table.ts'
import { withRepository } from './change-place.ts'

/** Lists the changes of the call's repository, newest first. */
export async function listChanges(call: Call<object>, limit: number): Promise<number> {
  const { terminal } = call
  return withRepository(call, async ({ services, location }) => {
    await services.work.endDeadRuns()
    const project = await services.projects.findProjectId(location)
    const found =
      project === undefined ? [] : await services.changes.list(project, { limit: limit + 1 })
    const shown = found.slice(0, limit)
    const now = new Date()
    terminal.emit({ changes: shown.map(({ change, counts }) => changeJson(change, counts)) })
    terminal.print(
      ...table(
        shown.map((entry) => changeRow(entry, now, terminal.style)),
        { ...(terminal.width === undefined ? {} : { width: terminal.width }) },
      ),
    )
    if (shown.length === 0) terminal.note('There are no changes yet.')
    if (found.length > limit) terminal.note(`There are more: -n ${limit * 5}`)
    return exit.done
  })
}
