import { conflict, invalid, notFound } from '../../platform/errors.ts'
import { parseWorkspaceName, workspaceName } from '../../projects/index.ts'
import { type Call, exit } from '../call.ts'
import { findRecorded, withPlace } from '../workspace/place.ts'

/** Gives a workspace another name: its state, its lock and its history go with it. */
export async function run(call: Call): Promise<number> {
  const [from = '', to = ''] = call.args
  const target = parseWorkspaceName(to)
  const source = parseWorkspaceName(from)
  if (source === undefined || target === undefined) {
    throw invalid(`${JSON.stringify(source === undefined ? from : to)} is no workspace`, {
      next: 'A workspace is written component@environment: portolan rename net@dev network@dev',
    })
  }
  return withPlace(call, async ({ services, location }) => {
    const at = { ...location, environment: source.environment }
    const workspace = await findRecorded({ services, location: at }, source.path)
    if (workspace === undefined) {
      throw notFound(`nothing is recorded of ${from}`, { next: 'portolan status   lists them.' })
    }
    const busy = (await services.runs.live(workspace.id)).find(
      (run) => run.status === 'applying' || run.status === 'unknown',
    )
    if (busy !== undefined) {
      throw conflict(`run-${busy.id} of ${from} is ${busy.status}`, {
        next: 'Rename it when that is over: portolan status',
      })
    }
    const renamed = await services.projects.renameWorkspace(
      workspace,
      { component: target.path, environment: target.environment },
      location.actor,
    )
    const { terminal } = call
    terminal.emit({ from: workspaceName(workspace), to: workspaceName(renamed) })
    terminal.print(`${workspaceName(workspace)} is ${workspaceName(renamed)} now.`)
    return exit.done
  })
}
